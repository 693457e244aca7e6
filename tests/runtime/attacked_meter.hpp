// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/runtime/hostile_pod.hpp"
#include "tests/runtime/node.hpp"

namespace podmeter::tests {

// A pod metered by tcx that tries what it can, and whose traffic must be counted all the same.
class Siege {
 public:
  explicit Siege(Intruder::Privilege privilege);

  [[nodiscard]] const Intruder& intruder() const { return intruder_; }
  [[nodiscard]] const Node& node() const { return node_; }

  // Sends a frame by a socket in the pod, or to it, and waits until it has arrived on the other side of eth0's wire.
  void pass(const FrameSocket& inside, pm_direction direction);
  // One frame each way by eth0, which is in that namespace. All that was passed so far is counted, and nothing else.
  void check_counts(const NetNs& netns);
  void check_counts() { check_counts(intruder_.pod().netns); }

 private:
  Node node_;
  Intruder intruder_;
  FrameSocket outside_;
  pm_counters wanted_{};
};

}  // namespace podmeter::tests
