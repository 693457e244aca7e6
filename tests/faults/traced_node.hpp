// SPDX-License-Identifier: Apache-2.0
// A node with two pods on which calls of the plugin go wrong: what was sent there, what is counted, what was made.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/kernel/abi.h"
#include "tests/packets/sockets.hpp"
#include "tests/pods/pod.hpp"
#include "tests/runtime/node.hpp"
#include "tests/tracing/kernel_objects.hpp"
#include "tests/tracing/traced.hpp"

namespace podmeter::tests {

// The counts of all scopes together.
struct Volume {
  pm_count of[PM_DIRECTIONS] = {};
};
Volume operator-(const Volume& after, const Volume& before);
bool operator==(const Volume& a, const Volume& b);
std::string text_of(const Volume& volume);
// One packet of so many bytes each way.
Volume one_each_way(std::uint64_t bytes);

class TracedNode {
 public:
  // If meters will be clsact filters, the qdisc is there already: it stays.
  explicit TracedNode(const std::string& attach);

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] const PinTree& tree() const { return node_.tree(); }
  [[nodiscard]] const Pod& pod() const { return pod_; }
  [[nodiscard]] const Pod& other_pod() const { return other_pod_; }
  // True if the network of both pods is as it was made.
  [[nodiscard]] bool network_is_untouched() const;
  // The objects that the plugin made and that are neither gone nor held by the tree.
  [[nodiscard]] KernelObjects leaked();

  // A packet of that size from the pod to its host, and one back.
  void exchange(std::uint64_t bytes) const;
  // The counts of all meters, live, ended and folded.
  [[nodiscard]] Volume counted() const;
  // True if both directions of the pod's meter are attached, and nothing else is.
  [[nodiscard]] bool is_metered() const;

  Traced run(const Run& run, const std::optional<Fault>& fault = {});
  // Takes away all meters.
  void clear();
  // Takes away all but the live ones.
  void clear_others();

 private:
  Node node_;
  Pod pod_, other_pod_;
  UdpSocket inside_, outside_;
  std::string network_;
  KernelObjects made_;
};

// True if the programs on the pod's interface are those pinned in its container's live meter, or none where there is no
// such meter.
bool holds_together(const Node& node, const Pod& pod, const std::string& container);

}  // namespace podmeter::tests
