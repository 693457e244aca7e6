// SPDX-License-Identifier: Apache-2.0
// Packets that stand for many.
#include "tests/differential/made.hpp"

namespace podmeter::tests {

MadeList made_supers() {
  const auto tcp4 = ip4({.protocol = kTcp}).tcp(0), tcp6 = ip6({.next = kTcp}).tcp(12);
  return {
      {"a count of segments without a size", PacketBuilder(tcp4).payload(60), {0, 3}},
      {"TCP/IPv4 in 3", PacketBuilder(tcp4).payload(60), {20, 3}},
      {"TCP/IPv6 with options in 3", PacketBuilder(tcp6).payload(60), {20, 3}},
      {"TCP/IPv4 with options of both in 2", ip4({.protocol = kTcp, .options = 40}).tcp(40).payload(40), {20, 2}},
      {"UDP/IPv4 in 3", ip4({}).udp().payload(60), {20, 3}},
      {"UDP/IPv6 in 3", ip6({}).udp().payload(60), {20, 3}},
      {"SCTP in 3", ip4({.protocol = kSctp}).payload(60), {20, 3}},
      {"behind a tag in 2",
       PacketBuilder().ethernet(0x8100).vlan(0x0800).ipv4(between4({.protocol = kTcp})).tcp(0).payload(40),
       {20, 2}},
      {"a super-packet with padding", PacketBuilder(tcp4).payload(60).padding(6), {20, 3}},
      {"a super-packet that claims nothing", ip6({.next = kTcp, .claims = 0}).tcp(0).payload(60), {20, 3}},
      {"a super-packet that claims less", ip4({.protocol = kTcp, .claims = 60}).tcp(0).payload(60), {20, 3}},
      {"uncounted, whole segments", PacketBuilder(tcp4).payload(60), {20, 0}},
      {"uncounted, a last one of one byte", PacketBuilder(tcp4).payload(61), {20, 0}},
      {"uncounted, a last one of one byte less", PacketBuilder(tcp6).payload(59), {20, 0}},
      {"uncounted, no payload", PacketBuilder(tcp4), {20, 0}},
      {"uncounted, one byte of payload", PacketBuilder(tcp6).payload(1), {20, 0}},
      {"uncounted, a byte each", PacketBuilder(tcp4).payload(60), {1, 0}},
      {"uncounted, the largest size", PacketBuilder(tcp4).payload(60), {65535, 0}},
      {"the largest count and the smallest size", PacketBuilder(tcp6).payload(60), {1, 65535}},
      {"counted once", PacketBuilder(tcp6).payload(60), {60, 1}},
  };
}

MadeList made_extended() {
  const auto six = ip6({.next = kHopByHop})
                       .extension(kDestination, 0)
                       .extension(kRouting, 1)
                       .extension(kDestination, 0)
                       .extension(kHopByHop, 0)
                       .extension(kRouting, 0);
  return {
      {"behind hop-by-hop options", ip6({.next = kHopByHop}).extension(kTcp, 0).tcp(0).payload(40), {20, 2}},
      {"behind routing", ip6({.next = kRouting}).extension(kUdp, 2).udp().payload(40), {20, 2}},
      {"behind destination options", ip6({.next = kDestination}).extension(kTcp, 1).tcp(4).payload(40), {20, 2}},
      {"behind a fragment header", ip6({.next = kFragment}).extension(kTcp, 0).tcp(0).payload(40), {20, 2}},
      {"behind two extensions",
       ip6({.next = kHopByHop}).extension(kDestination, 0).extension(kTcp, 1).tcp(0).payload(40),
       {20, 2}},
      {"behind six extensions", PacketBuilder(six).extension(kTcp, 0).tcp(0).payload(40), {20, 2}},
      {"behind seven extensions",
       PacketBuilder(six).extension(kDestination, 0).extension(kTcp, 0).tcp(0).payload(40),
       {20, 2}},
      {"an extension and no next header", ip6({.next = kHopByHop}).extension(kNoNext, 0).payload(40), {20, 2}},
      {"behind IPv4, where the same protocol is no extension", ip4({.protocol = kDestination}).payload(60), {20, 3}},
      {"behind IPv4, no hop-by-hop options", ip4({.protocol = kHopByHop}).vlan(kTcp).payload(60), {20, 0}},
      {"an extension of 2048 bytes", ip6({.next = kHopByHop}).extension(kTcp, 255).tcp(0).payload(40), {20, 0}},
  };
}

MadeList made_cut() {
  return {
      {"TCP cut off before its length", ip4({.protocol = kTcp}).tcp(40), {20, 0}, 48},
      {"TCP cut off behind its length", ip4({.protocol = kTcp}).tcp(40), {20, 0}, 47},
      {"TCP cut off before its length, counted twice", ip4({.protocol = kTcp}).tcp(40), {20, 2}, 48},
      {"TCP cut off behind its length, counted twice", ip4({.protocol = kTcp}).tcp(40), {20, 2}, 47},
      {"TCP that says it is no byte long", ip4({.protocol = kTcp}).payload(60), {9, 0}},
      {"UDP cut off", ip4({}).payload(7), {20, 0}},
      {"UDP not there, counted twice", ip6({}), {20, 2}},
      {"an extension of one byte", ip6({.next = kHopByHop}).payload(1), {20, 0}},
      {"an extension of two bytes", ip6({.next = kHopByHop}).extension(kTcp, 1), {20, 0}, 14},
      {"an extension of two bytes, counted twice", ip6({.next = kHopByHop}).extension(kUdp, 1), {20, 2}, 14},
      {"a second extension of one byte", ip6({.next = kHopByHop}).extension(kDestination, 0).payload(1), {20, 3}},
      {"an extension that says more than there is", ip6({.next = kHopByHop}).extension(kUdp, 255), {20, 3}, 2000},
  };
}

}  // namespace podmeter::tests
