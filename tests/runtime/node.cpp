// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/node.hpp"

#include <bpf/bpf.h>
#include <net/if.h>

#include <algorithm>
#include <filesystem>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/scope_names.hpp"
#include "tests/runtime/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::uint32_t> tcx_programs(std::uint32_t ifindex, bpf_attach_type type) {
  std::vector<std::uint32_t> ids(64);
  auto count = static_cast<__u32>(ids.size());
  if (bpf_prog_query(static_cast<int>(ifindex), type, 0, nullptr, ids.data(), &count) != 0)
    count = 0;
  ids.resize(count);
  return ids;
}

// By the built-in table's slots.
pm_counters counters_of(const nlohmann::ordered_json& meter) {
  const auto names = built_in_names();
  pm_counters counters{};
  for (const auto& one : meter.at("counters"))
    for (const auto direction : kDirections)
      for (const auto& scope : shown_scopes(names, {}))
        if (one.at("direction") == direction_name(direction) && one.at("scope") == scope.name)
          counters.of[direction][scope.slot] = {one.at("bytes").get<__u64>(), one.at("packets").get<__u64>()};
  return counters;
}

}  // namespace

Node::~Node() {
  std::error_code ignored;
  fs::remove_all(tree_.root(), ignored);
}

MeterDir Node::live(const std::string& container, const std::string& interface) const {
  return tree_.live(must(encode_name({container, interface})));
}

std::vector<std::string> Node::pins() const {
  std::vector<std::string> paths;
  for (const auto& dir : {tree_.making_dir(), tree_.live_dir(), tree_.ended_dir()}) {
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(dir, none))
      paths.push_back(entry.path().lexically_relative(tree_.version_dir()));
  }
  std::ranges::sort(paths);
  return paths;
}

std::uint64_t Node::failures(FailureCommand command, FailureReason reason) const {
  const auto counts = read_failures(tree_.failures());
  return counts ? counts->of[static_cast<int>(command)][static_cast<int>(reason)] : 0;
}

std::uint64_t Node::failures() const {
  std::uint64_t all = 0;
  if (const auto counts = read_failures(tree_.failures()); counts)
    for (const auto& command : counts->of)
      for (const auto count : command)
        all += count;
  return all;
}

std::vector<Shown> shown_meters() {
  const auto status = Run(PODMETER_BINARY).argument("status").argument("--output").argument("json").finish();
  INFO(status.log);
  REQUIRE(status.status == 0);
  const auto json = nlohmann::ordered_json::parse(status.output);
  CHECK(json.at("broken").empty());
  std::vector<Shown> shown;
  for (const auto& meter : json.at("meters"))
    shown.push_back({meter, counters_of(meter)});
  return shown;
}

Shown shown_meter(const std::string& container, const std::string& state) {
  std::vector<Shown> found;
  for (const auto& shown : shown_meters())
    if (shown.text("container_id") == container && shown.text("interface") == "eth0" && shown.text("state") == state)
      found.push_back(shown);
  INFO("container " << container << ", state " << state);
  REQUIRE(found.size() == 1);
  return found.front();
}

std::vector<std::uint32_t> attached_programs(const NetNs& netns, const std::string& interface) {
  const auto inside = must(netns.enter());
  const std::uint32_t ifindex = ::if_nametoindex(interface.c_str());
  std::vector<std::uint32_t> ids;
  for (const auto type : {kTcxEgress, kTcxIngress})
    for (const auto id : tcx_programs(ifindex, type))
      ids.push_back(id);
  for (const auto direction : kDirections)
    if (const auto id = filter_program_id({ifindex, direction}); id)
      ids.push_back(*id);
  return ids;
}

bool soon_unmetered(const NetNs& netns, const std::string& interface) {
  return soon([&] { return attached_programs(netns, interface).empty(); });
}

std::vector<std::uint32_t> pinned_programs(const MeterDir& dir) {
  std::vector<std::uint32_t> ids;
  for (const auto direction : kDirections) {
    const Fd program(bpf_obj_get(dir.program(direction).c_str()));
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    if (bpf_obj_get_info_by_fd(program.get(), &info, &size) == 0)
      ids.push_back(info.id);
  }
  return ids;
}

void check_metered(const Node& node, const NetNs& netns) {
  CHECK(attached_programs(netns).size() == 2);
  CHECK(attached_programs(netns) == pinned_programs(node.live()));
}

}  // namespace podmeter::tests
