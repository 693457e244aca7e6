// SPDX-License-Identifier: Apache-2.0
// A veth pair between two network namespaces, up, with addresses, each knowing the other's: no ARP, no discovery.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// One end, before it is made. `addresses` as "198.51.100.1/24".
struct VethEnd {
  const NetNs* netns = nullptr;
  std::string name;
  std::vector<std::string> addresses{};
};

// The pair lives as long as either namespace.
struct VethPair {
  std::uint32_t ifindex[2] = {};  // each in its own namespace
};

Result<VethPair> make_veth(const VethEnd& one, const VethEnd& other, unsigned mtu = 1500);
// Removes the interface, and with it the other end.
Result<void> remove_interface(const NetNs& netns, std::uint32_t ifindex);

}  // namespace podmeter::tests
