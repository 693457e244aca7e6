// SPDX-License-Identifier: Apache-2.0
// A pod whose sandbox is made anew: the next one's ADD may come before the old one's DEL (gVisor).
#include <algorithm>

#include "tests/checks/counted.hpp"
#include "tests/checks/datagrams.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/collector.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

// The same pod, whatever the sandbox.
Call of_pod(const Call& call) {
  return with_variable(call, "CNI_ARGS",
                       "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=uid-1;"
                       "K8S_POD_INFRA_CONTAINER_ID=" +
                           call.environment.at("CNI_CONTAINERID"));
}

// The pod's packets that left to public addresses, by series.
Series left(const Collector& collector) {
  Series found;
  for (const auto& [sample, value] : series_of(must(collector.scrape()), "podmeter_network_packets_total"))
    if (sample.find("uid=\"uid-1\"") != std::string::npos && sample.find("direction=\"egress\"") != std::string::npos &&
        sample.find("scope=\"public\"") != std::string::npos)
      found.emplace(sample, value);
  return found;
}

std::vector<double> values(const Series& series) {
  std::vector<double> all;
  for (const auto& [sample, value] : series)
    all.push_back(value);
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("a new sandbox of the same pod, added before the old one's DEL, is a meter and a series of its own") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto before = make_pod(), after = make_pod();
  const auto call = [&](const Call& plain) { make_succeeding(of_pod(with(plain, {{"attach", attach}}))); };
  call(add_call(before.netns, "sandbox1"));
  const auto collector = Collector::start();
  SeriesWatch watch({"podmeter_network_packets_total", "podmeter_network_bytes_total"});
  send_datagrams(before, 5);
  must(watch.look(must(collector.scrape())));
  call(add_call(after.netns, "sandbox2"));
  send_datagrams(before, 2);  // both are there, and both talk
  send_datagrams(after, 3);
  CHECK(values(left(collector)) == std::vector<double>{3, 7});
  must(watch.look(must(collector.scrape())));
  call(del_call(before.netns, "sandbox1"));
  send_datagrams(before, 1);
  send_datagrams(after, 4);
  CHECK(values(left(collector)) == std::vector<double>{7, 7});
  must(watch.look(must(collector.scrape())));

  CHECK(same(shown_meter("sandbox1", "ended").counters, datagrams_counted(7)));
  CHECK(same(shown_meter("sandbox2", "live").counters, datagrams_counted(7)));
  CHECK(attached_programs(before.netns).empty());
  CHECK(attached_programs(after.netns) == pinned_programs(node.live("sandbox2")));
  make_succeeding(of_pod(check_call(after.netns, "sandbox2")));
  CHECK(node.failures() == 0);
}

}  // namespace podmeter::tests
