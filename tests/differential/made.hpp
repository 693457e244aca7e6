// SPDX-License-Identifier: Apache-2.0
// The lists of packets that hand_made() is put together from.
#pragma once

#include <string>
#include <vector>

#include "tests/meters/loaded_meter.hpp"

namespace podmeter::tests {

struct Made {
  std::string name;
  PacketBuilder packet;
  Gso gso{};
  std::size_t cut = 0;  // bytes that are missing at the end
};
using MadeList = std::vector<Made>;

inline constexpr std::uint8_t kHopByHop = 0, kTcp = 6, kUdp = 17, kRouting = 43, kFragment = 44, kNoNext = 59,
                              kDestination = 60, kSctp = 132;

// The header with a private source and a public destination.
Ipv4 between4(Ipv4 header);
Ipv6 between6(Ipv6 header);
// The same behind an Ethernet header.
PacketBuilder ip4(const Ipv4& header);
PacketBuilder ip6(const Ipv6& header);

MadeList made_ipv4();
MadeList made_ipv6();
MadeList made_tagged();
MadeList made_foreign();
// Super-packets: right ones, with extension headers, cut off in their headers.
MadeList made_supers();
MadeList made_extended();
MadeList made_cut();

}  // namespace podmeter::tests
