// SPDX-License-Identifier: Apache-2.0
// Changes to a namespace's interfaces, bridges and routes, and its count of dropped packets.
#pragma once

#include <linux/ethtool.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "bpf/base/result.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// Work that the device does in the kernel's place, by the ethtool command that sets it.
enum class Offload : std::uint32_t {
  kChecksum = ETHTOOL_STXCSUM,  // without it no super-packet leaves whole either
  kSegmentation = ETHTOOL_STSO,
  kMerging = ETHTOOL_SGRO,
};
enum class Switch : std::uint8_t { kOff, kOn };
Result<void> set_offload(const NetNs& netns, const std::string& interface, Offload offload, Switch to);

Result<void> set_mtu(const NetNs& netns, std::uint32_t ifindex, unsigned mtu);

// Packets of more than 64 KiB are made (GSO) and merged (GRO) up to that many bytes (IPv6 5.19, IPv4 Linux 6.3).
Result<void> allow_big_packets(const NetNs& netns, std::uint32_t ifindex, std::uint32_t bytes);

// A bridge, up, with these ports.
Result<void> add_bridge(const NetNs& netns, std::initializer_list<std::uint32_t> ports);

Result<void> add_route(const NetNs& netns, const std::string& prefix, const std::string& gateway);

// Packets that the interfaces of a namespace dropped, in both directions.
Result<std::uint64_t> dropped_in(const NetNs& netns);

}  // namespace podmeter::tests
