// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/hand_made.hpp"

#include "tests/differential/made.hpp"

namespace podmeter::tests {
namespace {

MadeList without_link_layer() {
  const auto none = [] { return PacketBuilder(); };
  return {
      {"no link layer, IPv4", none().ipv4(between4({})).udp().payload(9)},
      {"no link layer, IPv4 with options", none().ipv4(between4({.options = 12})).udp()},
      {"no link layer, IPv4 that claims less", none().ipv4(between4({.claims = 24})).udp()},
      {"no link layer, header length 4", none().ipv4(between4({.first = 0x44})).udp()},
      {"no link layer, options that are not there", none().ipv4(between4({.first = 0x4f})).udp()},
      {"no link layer, IPv4 without its last byte", none().ipv4(between4({})), {}, 1},
      {"no link layer, IPv6 without its last byte", none().ipv6(between6({})), {}, 1},
      {"no link layer, IPv6", none().ipv6(between6({})).udp().payload(9)},
      {"no link layer, IPv6 that claims nothing", none().ipv6(between6({.claims = 0})).udp()},
      {"no link layer, version 5", none().ipv4(between4({.first = 0x55})).udp()},
      {"no link layer, version 0", none().ipv4(between4({.first = 0x05})).udp()},
      {"no link layer, an Ethernet frame", PacketBuilder().ethernet(0x0800).ipv4(between4({})).udp()},
      {"no link layer, TCP/IPv4 in 3", none().ipv4(between4({.protocol = kTcp})).tcp(12).payload(60), {20, 3}},
      {"no link layer, TCP/IPv6 uncounted", none().ipv6(between6({.next = kTcp})).tcp(12).payload(61), {20, 0}},
  };
}

// About addresses in others, and at the edges of the built-in scopes.
constexpr const char* kRemotes[] = {"::ffff:10.0.0.1",
                                    "::ffff:8.8.8.8",
                                    "64:ff9b::192.168.0.1",
                                    "64:ff9b::8.8.8.8",
                                    "64:ff9b::1:10.0.0.1",
                                    "64:ff9b:1::8.8.8.8",
                                    "::fffe:10.0.0.1",
                                    "::1:ffff:10.0.0.1",
                                    "1::ffff:10.0.0.1",
                                    "64:ff9b::ffff:10.0.0.1",
                                    "::10.0.0.1",
                                    "::",
                                    "::1",
                                    "::2",
                                    "fbff::1",
                                    "fc00::",
                                    "fdff:ffff:ffff::1",
                                    "fe00::",
                                    "2001:1::1",
                                    "2001:1::4",
                                    "2001:1::ffff:ffff:ffff:ffff",
                                    "9.255.255.255",
                                    "10.0.0.0",
                                    "10.255.255.255",
                                    "11.0.0.0",
                                    "0.0.0.0",
                                    "255.255.255.255",
                                    "192.0.0.8",
                                    "192.0.0.9",
                                    "192.0.0.10",
                                    "192.0.0.11",
                                    "172.31.255.255",
                                    "172.32.0.0"};

// The pod's own address is public.
NamedPacket with_remote(const std::string& remote, pm_direction direction) {
  const auto there = address(remote), pod = address(there.is_ipv4() ? "192.0.2.1" : "2001:db8::1");
  const auto &from = direction == PM_EGRESS ? pod : there, &to = direction == PM_EGRESS ? there : pod;
  const auto frame = there.is_ipv4() ? PacketBuilder().ethernet(0x0800).ipv4({.from = from, .to = to})
                                     : PacketBuilder().ethernet(0x86dd).ipv6({.from = from, .to = to});
  return {"remote " + remote + ", " + std::string(direction_name(direction)),
          {LinkLayer::kEthernet, direction, {}, frame.build()}};
}

// The directions take turns: how a packet is read doesn't depend on them, but which address does.
void add(std::vector<NamedPacket>& all, const MadeList& list, LinkLayer link_layer) {
  for (const auto& [name, packet, gso, cut] : list) {
    const auto direction = all.size() % 2 == 0 ? PM_EGRESS : PM_INGRESS;
    auto frame = packet.build();
    frame.resize(frame.size() - cut);
    all.push_back({name, {link_layer, direction, gso, std::move(frame)}});
  }
}

}  // namespace

Ipv4 between4(Ipv4 header) {
  header.from = address("10.1.2.3");
  header.to = address("203.0.113.9");
  return header;
}

Ipv6 between6(Ipv6 header) {
  header.from = address("fd00::1:2");
  header.to = address("2001:db8::9");
  return header;
}

PacketBuilder ip4(const Ipv4& header) {
  return PacketBuilder().ethernet(0x0800).ipv4(between4(header));
}

PacketBuilder ip6(const Ipv6& header) {
  return PacketBuilder().ethernet(0x86dd).ipv6(between6(header));
}

const std::vector<NamedPacket>& hand_made() {
  static const auto all = [] {
    std::vector<NamedPacket> packets;
    for (const auto& list :
         {made_ipv4(), made_ipv6(), made_tagged(), made_foreign(), made_supers(), made_extended(), made_cut()})
      add(packets, list, LinkLayer::kEthernet);
    add(packets, without_link_layer(), LinkLayer::kNone);
    for (const auto* const remote : kRemotes)
      for (const auto direction : kDirections)
        packets.push_back(with_remote(remote, direction));
    return packets;
  }();
  return all;
}

}  // namespace podmeter::tests
