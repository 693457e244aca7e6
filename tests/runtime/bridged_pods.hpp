// SPDX-License-Identifier: Apache-2.0
// Two pods on one node, each behind a veth pair into one bridge. Nothing is on the wire but what a test sends: no ARP,
// no neighbour discovery, no multicast listener reports.
#pragma once

#include <array>
#include <string>

#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

struct BridgedPods {
  NetNs node;
  std::array<NetNs, 2> pods;

  static BridgedPods create();
};

// Addresses that the pods may use, and the headers that each datagram has there.
struct PodRoute {
  const char* name;
  std::array<const char*, 2> address;
  std::size_t headers;   // of a datagram: IP and UDP
  std::size_t fragment;  // headers that every further fragment repeats
  bool is_public;
};
inline constexpr PodRoute kPodRoutes[] = {{"private IPv4", {"10.88.0.1", "10.88.0.2"}, 28, 20, false},
                                          {"public IPv4", {"203.0.113.1", "203.0.113.2"}, 28, 20, true},
                                          {"private IPv6", {"fd00:88::1", "fd00:88::2"}, 48, 48, false},
                                          {"public IPv6", {"2001:db8:88::1", "2001:db8:88::2"}, 48, 48, true}};

}  // namespace podmeter::tests
