// SPDX-License-Identifier: Apache-2.0
// Hundreds of ADDs and DELs at once, beside all else that goes on on a node.
#include <cstdio>
#include <fstream>
#include <list>

#include "bpf/base/directory.hpp"
#include "tests/runtime/collector.hpp"
#include "tests/runtime/containers.hpp"
#include "tests/runtime/loop.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/runtime/tree_objects.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr int kPods = 50, kInterfaces = 4, kCallsAtOnce = 200;
constexpr char kScopes[] = "/run/scopes.json";
constexpr const char* kTables[] = {
    R"([{"name": "near", "prefixes": ["10.0.0.0/9"]}, {"name": "far", "default": true}])",
    R"([{"name": "near", "prefixes": ["10.0.0.0/12"]}, {"name": "else", "default": true}])"};
// The metrics whose series a scrape must not miss once they were there, and must not show less of.
const std::vector<std::string> kCounters = {"podmeter_meter_info", "podmeter_network_bytes_total",
                                            "podmeter_network_packets_total", "podmeter_namespace_network_bytes_total"};

// Each port has a container that goes and, every other one, a next one that stays.
std::vector<PortContainers> make_containers() {
  std::vector<PortContainers> ports;
  for (int number = 0; number < kPods * kInterfaces; number++) {
    const Port port{number / kInterfaces, number % kInterfaces};
    const std::string pod = "pod" + std::to_string(port.pod);
    const auto payload = static_cast<std::size_t>(100 + number);
    ports.push_back({{port, pod + "-first", {1 + number % 7, 1 + number % 5, payload}}});
    if (number % 2 == 1)
      ports.back().push_back({port, pod + "-second", {2, 3, payload + 400}, false});
  }
  return ports;
}

Result<void> succeed(const Run& run) {
  auto started = run.start();
  if (!started)
    return started.error();
  const auto finished = started->wait();
  return finished.status == 0 ? Result<void>() : Error{finished.output + finished.log};
}

// The file is replaced as an editor does, and applied.
Result<void> swap_scopes(int turn) {
  std::ofstream("/run/scopes.new") << kTables[turn % 2];
  if (std::rename("/run/scopes.new", kScopes) != 0)
    return system_error("put the scopes in place");
  return succeed(Run(PODMETER_BINARY).argument("scopes").argument("apply").argument(kScopes));
}

// All containers are valid: nothing is to be ended.
Call gc_of(const std::vector<PortContainers>& ports) {
  auto call = gc_call({});
  for (const auto& port : ports)
    for (const auto& container : port)
      call.network["cni.dev/valid-attachments"].push_back(
          {{"containerID", container.id}, {"ifname", container.port.name()}});
  return call;
}

Result<void> scrape(const Collector& collector, SeriesWatch& watch) {
  const auto scraped = collector.scrape();
  if (!scraped)
    return scraped.error();
  for (const char* metric : {"podmeter_plugin_failures_total", "podmeter_collect_errors_total"})
    for (const auto& [sample, value] : series_of(*scraped, metric))
      if (value != 0)
        return Error{sample + " is " + std::to_string(value)};
  return watch.look(*scraped);
}

// Once all is deleted.
void check_nothing_is_left(const Node& node) {
  const auto maps = counter_maps_of(node.tree());
  make_succeeding(with(gc_call({}), {{"endedRetention", "0s"}}));
  CHECK(node.pins().empty());
  CHECK(soon([&] { return programs_of(node.tree()).empty(); }));
  CHECK(soon([&] { return maps_are_gone(maps); }));
}

}  // namespace

TEST_CASE("200 ADDs and DELs at once, while scopes change and all is read and folded, count each pod to the byte") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const RuntimeFiles files(ordered_json{{"scopes", kScopes}});
  const auto many_pods = ManyPods::create(kPods, kInterfaces);
  const auto ports = make_containers();
  must(swap_scopes(0));
  const auto collector = Collector::start();
  SeriesWatch watch(kCounters);
  std::vector<Result<int>> turns;
  AllContainers containers(many_pods, kCallsAtOnce, {{"scopes", kScopes}, {"attach", attach}});
  {
    int turn = 1;
    std::list<Loop> meanwhile;
    meanwhile.emplace_back([&] { return swap_scopes(turn++); });
    meanwhile.emplace_back([&] { return scrape(collector, watch); });
    meanwhile.emplace_back([&] { return succeed(run_of(gc_of(ports))); });
    meanwhile.emplace_back([&] { return succeed(files.reconcile()); });
    containers.run(ports);
    for (auto& loop : meanwhile)
      turns.push_back(loop.finish());
  }
  for (const auto& loop : turns)
    CHECK(must(loop) > 0);
  must(scrape(collector, watch));
  CHECK(must(list_directory(node.tree().making_dir())).empty());
  CHECK(programs_of(node.tree()).size() == 2 * kPods * kInterfaces / 2);
  check_containers(node.tree(), ports);

  containers.remove(ports);
  must(scrape(collector, watch));
  for (const auto& fault : containers.faults())
    UNSCOPED_INFO(fault);
  CHECK(containers.faults().empty());
  CHECK(node.failures() == 0);
  check_nothing_is_left(node);
  std::remove(kScopes);
}

}  // namespace podmeter::tests
