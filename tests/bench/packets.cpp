// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/packets.hpp"

#include <linux/if_ether.h>
#include <linux/in.h>

#include "bpf/tree/pin_tree.hpp"

namespace podmeter::bench {
namespace {

using tests::address;

constexpr std::size_t kSize = 1000;

struct Remote {
  const char* name;
  const char* address;
};
constexpr Remote kRemotes[] = {{"IPv4 public", "203.0.113.1"},
                               {"IPv4 private", "10.1.2.3"},
                               {"IPv6 public", "2001:db8:1::1"},
                               {"IPv6 private", "fd00:1::1"}};

tests::Frame frame(const tests::Address& remote, pm_direction direction) {
  const auto own = address(remote.is_ipv4() ? "10.77.0.1" : "fd77::1");
  const auto& from = direction == PM_EGRESS ? own : remote;
  const auto& to = direction == PM_EGRESS ? remote : own;
  tests::PacketBuilder builder;
  if (remote.is_ipv4())
    return builder.ethernet(ETH_P_IP).ipv4({from, to, IPPROTO_TCP}).tcp(0).payload(kSize - 40).build();
  return builder.ethernet(ETH_P_IPV6).ipv6({from, to, IPPROTO_TCP}).tcp(0).payload(kSize - 60).build();
}

}  // namespace

std::vector<Packet> all_packets() {
  std::vector<Packet> packets;
  for (const auto& remote : kRemotes)
    for (const auto direction : kDirections)
      packets.push_back({std::string(remote.name) + ' ' + std::string(direction_name(direction)), direction,
                         frame(address(remote.address), direction)});
  return packets;
}

}  // namespace podmeter::bench
