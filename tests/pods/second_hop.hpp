// SPDX-License-Identifier: Apache-2.0
// Three namespaces in a row: a pod, a router, the far end. A super-packet from the pod crosses the router whole and is
// cut into packets where it leaves it: the second link's device segments and checksums nothing, so a real wire would
// carry the same packets. Packets from there are merged again (GRO) at the pod's interface.
#pragma once

#include "tests/pods/net_ns.hpp"
#include "tests/pods/veth.hpp"

namespace podmeter::tests {

// An address at either end, both public, and the scope's registry knows them as documentation.
struct Ends {
  const char* pod;
  const char* far;
};
inline constexpr Ends kIpv4Ends{"198.51.100.2", "203.0.113.2"};
inline constexpr Ends kIpv6Ends{"2001:db8:1::2", "2001:db8:2::2"};

struct SecondHop {
  NetNs pod, router, far;
  VethPair
      near;  // the router's r0 and the pod's eth0, whose frames go from 02:00:00:00:00:02 to :01 as PacketBuilder's
  VethPair wire;  // the far end's eth0 and the router's r1
  unsigned mtu;

  // The router routes, or is a bridge, which passes on what has a VLAN tag.
  enum class Crossing { kRouted, kBridged };
  static Result<SecondHop> create(unsigned mtu, Crossing crossing = Crossing::kRouted);
};

}  // namespace podmeter::tests
