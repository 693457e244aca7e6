// SPDX-License-Identifier: Apache-2.0
// An interface of a pod, as the kernel tells it: number, link layer, statistics.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/tree/attach_mode.hpp"
#include "bpf/tree/identity.hpp"

namespace podmeter {

struct Interface {
  std::uint32_t index = 0;
  LinkLayer link_layer = LinkLayer::kEthernet;
  DeviceCounts device;  // its own statistics, from the pod's side
};

// Finds an interface of the calling thread's network namespace by name, of any kind whose packets a classifier sees
// with an Ethernet header (veth, macvlan, ipvlan, netkit, SR-IOV …) or with none (tun, WireGuard, IP tunnels).
// ENOENT where there is none.
Result<Interface> find_interface(const std::string& name);
Result<Interface> find_interface(std::uint32_t index);
// Its number alone, of an interface of whatever kind. ENOENT where there is none.
Result<std::uint32_t> find_ifindex(const std::string& name);

}  // namespace podmeter
