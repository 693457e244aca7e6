// SPDX-License-Identifier: Apache-2.0
// The plugin's tree and programs on a node, and the meters as commands show them.
#pragma once

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bpf/events/failures.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/meter_name.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// The tree in the process's own bpffs, which goes when this goes.
class Node {
 public:
  Node() = default;
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  [[nodiscard]] const PinTree& tree() const { return tree_; }
  [[nodiscard]] MeterDir live(const std::string& container = "c1", const std::string& interface = "eth0") const;
  // Everything below making/, meters/ and ended/, sorted; paths from the version's directory on.
  [[nodiscard]] std::vector<std::string> pins() const;
  [[nodiscard]] std::uint64_t failures(FailureCommand command, FailureReason reason) const;
  [[nodiscard]] std::uint64_t failures() const;

 private:
  PinTree tree_{kDefaultPinRoot};
};

// A meter as `podmeter status --output json` shows it.
struct Shown {
  nlohmann::ordered_json json;
  pm_counters counters{};

  [[nodiscard]] std::string text(const char* field) const { return json.value(field, ""); }
};
// Every meter; the command must succeed and find none broken.
std::vector<Shown> shown_meters();
// The one meter of a container's eth0 in this state; the test fails where there is none or more than one.
Shown shown_meter(const std::string& container = "c1", const std::string& state = "live");

// The kernel's IDs of the programs on an interface, by tcx and by our clsact filters.
std::vector<std::uint32_t> attached_programs(const NetNs& netns, const std::string& interface = "eth0");
// True if the condition comes to hold within two seconds. The kernel lets go of a link, and its program, some
// milliseconds after the last pin went (kernel/bpf/inode.c: the inode is freed after a grace period).
template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 200 && !condition(); i++)
    ::usleep(10'000);
  return condition();
}
bool soon_unmetered(const NetNs& netns, const std::string& interface = "eth0");
// The kernel's IDs of the programs pinned in a meter's directory: egress, ingress.
std::vector<std::uint32_t> pinned_programs(const MeterDir& dir);
// Checks, in the calling test: both programs of c1/eth0's live meter are on the pod's eth0, and no other.
void check_metered(const Node& node, const NetNs& netns);

}  // namespace podmeter::tests
