// SPDX-License-Identifier: Apache-2.0
// A hostile pod, its meter, and the counts that the meter must have.
#pragma once

#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/runtime/hostile_pod.hpp"
#include "tests/runtime/node.hpp"

namespace podmeter::tests {

// The tcx meter of a hostile pod, which must count the pod's traffic whatever the pod tries.
class AttackedMeter {
 public:
  explicit AttackedMeter(HostilePod::Privilege privilege);

  [[nodiscard]] const HostilePod& hostile_pod() const { return hostile_pod_; }
  [[nodiscard]] const Node& node() const { return node_; }

  // Sends a frame by a socket in the pod, or to it, and waits until it has arrived on the other side of eth0's wire.
  void pass(const FrameSocket& inside, pm_direction direction);
  // One frame each way by eth0, which is in that namespace. All that was passed so far is counted, and nothing else.
  void check_counts(const NetNs& netns);
  void check_counts() { check_counts(hostile_pod_.pod().netns); }

 private:
  Node node_;
  HostilePod hostile_pod_;
  FrameSocket outside_;
  pm_counters wanted_{};
};

}  // namespace podmeter::tests
