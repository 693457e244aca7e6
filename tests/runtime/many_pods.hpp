// SPDX-License-Identifier: Apache-2.0
// Many pods with several interfaces each, every one wired to the node by itself. Nothing is on a wire but what a test
// sends.
#pragma once

#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// One interface of one pod: eth0, eth1, …
struct Port {
  int pod = 0;
  int interface = 0;

  [[nodiscard]] std::string name() const { return "eth" + std::to_string(interface); }
};

struct ManyPods {
  NetNs node;
  std::vector<NetNs> pods;

  static ManyPods create(int pods, int interfaces);
  [[nodiscard]] const NetNs& pod(const Port& port) const { return pods[static_cast<std::size_t>(port.pod)]; }
};

// Datagrams in each direction, all different, so that what is missing can be told from what was never sent. For any
// thread: it makes no assertion.
struct Datagrams {
  int out = 0, in = 0;
  std::size_t payload = 0;

  // Returns when the last datagram was received.
  [[nodiscard]] Result<void> pass(const ManyPods& many_pods, const Port& port) const;
  // As IPv4 packets.
  [[nodiscard]] pm_count wire(pm_direction direction) const;
};

}  // namespace podmeter::tests
