// SPDX-License-Identifier: Apache-2.0
// A pod and the host that it talks to: two namespaces and a veth pair, the pod's end being eth0.
#pragma once

#include "tests/pods/net_ns.hpp"
#include "tests/pods/veth.hpp"

namespace podmeter::tests {

struct Pod {
  NetNs netns;
  NetNs host;
  VethPair veth;

  // Without IPv6 nothing is on the wire but what a test sends. Addresses: 198.51.100.1 (public), 10.77.0.1 (private),
  // 2001:db8::1 (public), the host's end in .2 and ::2.
  static Result<Pod> create(NetNs::Ipv6Stack ipv6, unsigned mtu = 1500);
  // The same, of a namespace that is there.
  static Result<Pod> create_in(NetNs netns, NetNs::Ipv6Stack ipv6, unsigned mtu = 1500);

  [[nodiscard]] std::uint32_t ifindex() const { return veth.ifindex[0]; }
};

}  // namespace podmeter::tests
