// SPDX-License-Identifier: Apache-2.0
// ADD and DEL of the plugin as a runtime calls it, each round in fresh namespaces with a veth pair, beside the two
// attaches that it can't do without and beside the reference plugin `tuning`.
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/bench/bare_attach.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/numbers.hpp"
#include "tests/pods/pod.hpp"

namespace podmeter::bench {
namespace {

using tests::NetNs;
using tests::Pod;

constexpr int kRounds = 21;
// The kernel takes links down after DEL has returned, under the lock that the next attach wants.
constexpr useconds_t kSettleUs = 100'000;
constexpr double kWallBar = 1.15;  // DESIGN.md, "How fast"
constexpr double kCpuBarMs = 2;    // the same
constexpr std::array<const char*, 2> kPluginFolders = {"/usr/lib/cni", "/opt/cni/bin"};

// A plugin that a runtime calls: its file, and the configuration that it gets.
struct Plugin {
  std::string file;
  std::string configuration;
};

std::string configuration_of(const char* type, const nlohmann::json& own) {
  nlohmann::json network = {
      {"cniVersion", "1.0.0"},
      {"name", "bench"},
      {"type", type},
      {"prevResult",
       {{"cniVersion", "1.0.0"},
        {"interfaces", {{{"name", "eth0"}, {"mac", "02:00:00:00:00:01"}, {"sandbox", "/run/netns/bench"}}}},
        {"ips", {{{"address", "10.77.0.1/24"}, {"gateway", "10.77.0.2"}, {"interface", 0}}}},
        {"routes", {{{"dst", "0.0.0.0/0"}}}}}}};
  network.update(own);
  return network.dump();
}

// Empty where the reference plugins aren't installed.
std::string find_reference() {
  for (const std::string folder : kPluginFolders)
    if (::access((folder + "/tuning").c_str(), X_OK) == 0)
      return folder + "/tuning";
  return {};
}

Result<Ended> call(const Plugin& plugin, const char* command, int round, const Pod& pod) {
  char container[65];
  std::snprintf(container, sizeof(container), "%064x", round + 1);
  return run(
      {{plugin.file},
       {std::string("CNI_COMMAND=") + command, std::string("CNI_CONTAINERID=") + container,
        "CNI_NETNS=" + pod.netns.path(), "CNI_IFNAME=eth0", "CNI_PATH=" + plugin.file.substr(0, plugin.file.rfind('/')),
        "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=checkout-7c9d8f6b5c-x2x9k;"
        "K8S_POD_UID=0c1f7a52-93b1-4c1e-9d8e-1f2f3a4b5c6d;K8S_POD_INFRA_CONTAINER_ID=" +
            std::string(container)},
       plugin.configuration});
}

struct Times {
  std::vector<double> wall{}, cpu{};

  void add(const Ended& ended) {
    wall.push_back(ended.wall_ms);
    cpu.push_back(ended.cpu_ms);
  }
};

struct PluginTimes {
  Times add{}, del{};
};

struct AllTimes {
  PluginTimes ours{}, reference{};
  std::vector<double> attach{}, detach{};
};

Result<void> time_plugin(const Plugin& plugin, int round, const Pod& pod, PluginTimes& times) {
  const auto added = call(plugin, "ADD", round, pod);
  if (!added)
    return added.error();
  const auto deleted = call(plugin, "DEL", round, pod);
  if (!deleted)
    return deleted.error();
  times.add.add(*added);
  times.del.add(*deleted);
  return {};
}

Result<void> time_bare(const BarePrograms& programs, const Pod& pod, AllTimes& times) {
  const auto inside = pod.netns.enter();
  if (!inside)
    return inside.error();
  const auto took = programs.attach(pod.ifindex());
  if (!took)
    return took.error();
  times.attach.push_back(took->attach_ms);
  times.detach.push_back(took->detach_ms);
  return {};
}

using Pods = std::vector<Pod>;

// All made before and gone after: taking a namespace down keeps the kernel busy.
Result<Pods> make_pods(int count) {
  Pods pods;
  for (int i = 0; i < count; i++) {
    auto pod = Pod::create(NetNs::Ipv6Stack::kOff);
    if (!pod)
      return pod.error();
    pods.push_back(std::move(*pod));
  }
  return pods;
}

struct Contestants {
  Plugin ours, reference;
  BarePrograms bare;
};

Result<void> run_round(const Contestants& who, const Pods& pods, int round, AllTimes& times) {
  const auto pod = [&](int contestant) -> const Pod& {
    return pods[static_cast<std::size_t>(round) * 3 + static_cast<std::size_t>(contestant)];
  };
  for (int i = 0; i < 3; i++) {
    const int turn = (round + i) % 3;
    Result<void> ran;
    if (turn == 0)
      ran = time_plugin(who.ours, round, pod(turn), times.ours);
    else if (turn == 1)
      ran = time_bare(who.bare, pod(turn), times);
    else if (!who.reference.file.empty())
      ran = time_plugin(who.reference, round, pod(turn), times.reference);
    if (!ran)
      return ran;
    ::usleep(kSettleUs);
  }
  return {};
}

Figure with_bar(Figure figure, std::string bar, bool met) {
  figure.bar = std::move(bar);
  figure.met = met;
  return figure;
}

void report(const AllTimes& times, Figures& figures) {
  const auto& [ours, reference, attach, detach] = times;
  const double wall = median_ratio(ours.add.wall, attach), cpu = median(ours.add.cpu);
  figures.push_back({"two bare attaches, wall", median(attach), "ms"});
  figures.push_back(with_bar({"ADD, wall", median(ours.add.wall), "ms", "two bare attaches (in process)", wall},
                             "at most 1.15", wall <= kWallBar));
  figures.push_back({"ADD, wall beyond two bare attaches", median_difference(ours.add.wall, attach), "ms"});
  figures.push_back({"two bare detaches, wall", median(detach), "ms"});
  figures.push_back({"DEL, wall", median(ours.del.wall), "ms", "two bare detaches (in process)",
                     median_ratio(ours.del.wall, detach)});
  Figure own_cpu{"ADD, own CPU", cpu, "ms"}, del_cpu{"DEL, own CPU", median(ours.del.cpu), "ms"};
  if (!reference.add.cpu.empty()) {
    own_cpu.over = del_cpu.over = "reference plugin tuning";
    own_cpu.ratio = median_ratio(ours.add.cpu, reference.add.cpu);
    del_cpu.ratio = median_ratio(ours.del.cpu, reference.del.cpu);
    figures.push_back({"reference plugin tuning, ADD, wall", median(reference.add.wall), "ms"});
    figures.push_back({"reference plugin tuning, DEL, wall", median(reference.del.wall), "ms"});
    figures.push_back({"reference plugin tuning, ADD, own CPU", median(reference.add.cpu), "ms"});
  }
  figures.push_back(with_bar(own_cpu, "at most 2 ms", cpu <= kCpuBarMs));
  figures.push_back(del_cpu);
}

}  // namespace

Result<void> measure_add(Figures& figures) {
  auto bare = BarePrograms::load();
  if (!bare)
    return bare.error();
  const Contestants who = {{PODMETER_PLUGIN, configuration_of("podmeter", {{"failurePolicy", "closed"}})},
                           {find_reference(), configuration_of("tuning", {{"sysctl", nlohmann::json::object()}})},
                           std::move(*bare)};
  const auto pods = make_pods(kRounds * 3);
  if (!pods)
    return pods.error();
  AllTimes times;
  for (int round = 0; round < kRounds; round++)
    if (auto ran = run_round(who, *pods, round, times); !ran)
      return ran;
  report(times, figures);
  return {};
}

}  // namespace podmeter::bench
