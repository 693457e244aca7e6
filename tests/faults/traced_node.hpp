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

// Of all scopes together.
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
  // Where meters will be clsact filters, the qdisc is there already: it stays.
  explicit TracedNode(const std::string& attach);

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] const PinTree& tree() const { return node_.tree(); }
  [[nodiscard]] const Pod& pod() const { return pod_; }
  [[nodiscard]] const Pod& other_pod() const { return other_pod_; }
  // Whether the network of both pods is as it was made.
  [[nodiscard]] bool network_is_untouched() const;
  // What the plugin has made and is neither gone nor held by the tree.
  [[nodiscard]] KernelObjects leaked();

  // A packet of that size from the pod to its host, and one back.
  void exchange(std::uint64_t bytes) const;
  // What is found over all meters, live, ended and folded.
  [[nodiscard]] Volume counted() const;
  // Of the pod's meter: both directions attached, and nothing else.
  [[nodiscard]] bool is_metered() const;

  Traced run(const Run& run, const std::optional<Fault>& fault = {});
  // Takes away all meters.
  void clear();
  // All but those that are live.
  void clear_others();

 private:
  Node node_;
  Pod pod_, other_pod_;
  UdpSocket inside_, outside_;
  std::string network_;
  KernelObjects made_;
};

// Of a pod and its container's meter: the programs on the interface are those pinned in the live meter, or none where
// there is none.
bool holds_together(const Node& node, const Pod& pod, const std::string& container);

}  // namespace podmeter::tests
