// SPDX-License-Identifier: Apache-2.0
// One packet each.
#include "tests/differential/made.hpp"

namespace podmeter::tests {
namespace {

PacketBuilder eth(std::uint16_t type) {
  return PacketBuilder().ethernet(type);
}

PacketBuilder behind(PacketBuilder tags) {
  return tags.vlan(0x0800).ipv4(between4({})).udp().payload(9);
}

PacketBuilder behind6(PacketBuilder tags) {
  return tags.vlan(0x86dd).ipv6(between6({})).udp().payload(9);
}

}  // namespace

MadeList made_ipv4() {
  return {
      {"IPv4", ip4({}).udp().payload(9)},
      {"IPv4, a header alone", ip4({})},
      {"IPv4, options of one word", ip4({.options = 4}).udp()},
      {"IPv4, all options that fit", ip4({.options = 40}).udp()},
      {"IPv4, a first fragment", ip4({.fragment = 0x2000}).udp()},
      {"IPv4, a later fragment", ip4({.fragment = 0x00b9}).payload(16)},
      {"IPv4, padded to 60 bytes", ip4({}).udp().payload(2).padding(16)},
      {"IPv4, padded behind options", ip4({.options = 8}).udp().padding(1)},
      {"IPv4 that claims one byte more than there is", ip4({.claims = 29}).udp()},
      {"IPv4 that claims all", ip4({.claims = 65535}).udp()},
      {"IPv4 that claims its header alone", ip4({.claims = 20}).udp()},
      {"IPv4 that claims less than its header", ip4({.claims = 19}).udp()},
      {"IPv4 that claims nothing", ip4({.claims = 0}).udp()},
      {"IPv4 that claims its options alone", ip4({.options = 8, .claims = 28}).udp()},
      {"IPv4 that claims less than its options", ip4({.options = 8, .claims = 27}).udp()},
      {"IPv4, header length 4", ip4({.first = 0x44}).udp()},
      {"IPv4, header length 0", ip4({.first = 0x40}).udp()},
      {"IPv4, options that are not there", ip4({.first = 0x46})},
      {"IPv4, options of which the last byte is not there", ip4({.first = 0x46}).payload(3)},
      {"IPv4, options up to the last byte", ip4({.claims = 24, .first = 0x46}).payload(4)},
      {"version 3 under IPv4's EtherType", ip4({.first = 0x35}).udp()},
      {"version 5 under IPv4's EtherType", ip4({.first = 0x55}).udp()},
      {"IPv6 under IPv4's EtherType", eth(0x0800).ipv6(between6({})).udp()},
  };
}

MadeList made_ipv6() {
  return {
      {"IPv6", ip6({}).udp().payload(9)},
      {"IPv6, a header alone", ip6({.next = kNoNext})},
      {"IPv6, traffic class", ip6({.first = 0x6f}).udp()},
      {"IPv6, padded", ip6({}).udp().padding(6)},
      {"IPv6 that claims one byte more than there is", ip6({.claims = 9}).udp()},
      {"IPv6 that claims all", ip6({.claims = 65535}).udp()},
      {"IPv6 that claims one byte", ip6({.claims = 1}).udp()},
      {"IPv6 that claims nothing", ip6({.claims = 0}).udp().payload(3)},
      {"IPv6, hop-by-hop options", ip6({.next = kHopByHop}).extension(kUdp, 0).udp()},
      {"IPv6, a fragment", ip6({.next = kFragment}).extension(kUdp, 0).payload(8)},
      {"version 5 under IPv6's EtherType", ip6({.first = 0x50}).udp()},
      {"version 7 under IPv6's EtherType", ip6({.first = 0x70}).udp()},
      {"IPv4 under IPv6's EtherType", eth(0x86dd).ipv4(between4({})).udp().payload(20)},
  };
}

MadeList made_tagged() {
  return {
      {"802.1Q", behind(eth(0x8100))},
      {"802.1ad", behind6(eth(0x88a8))},
      {"802.1Q in 802.1ad", behind(eth(0x88a8).vlan(0x8100))},
      {"802.1ad in 802.1Q", behind6(eth(0x8100).vlan(0x88a8))},
      {"802.1Q in 802.1Q", behind6(eth(0x8100).vlan(0x8100))},
      {"three tags", behind(eth(0x8100).vlan(0x8100).vlan(0x8100))},
      {"three tags of 802.1ad", behind6(eth(0x88a8).vlan(0x88a8).vlan(0x88a8))},
      {"the old QinQ EtherType, which is no tag of ours", behind(eth(0x9100))},
      {"padding behind a tag", behind(eth(0x8100)).padding(5)},
      {"options behind two tags",
       eth(0x88a8).vlan(0x8100).vlan(0x0800).ipv4(between4({.options = 4, .claims = 24})).udp()},
      {"ARP behind a tag", eth(0x8100).vlan(0x0806).payload(28)},
      {"a tag and nothing", eth(0x8100).vlan(0x0800)},
      {"two tags and nothing", eth(0x88a8).vlan(0x8100).vlan(0x86dd)},
      {"a tag without its last byte", eth(0x8100).payload(3)},
      {"a second tag without its last byte", eth(0x8100).vlan(0x8100).payload(3)},
      {"a tag of no bytes", eth(0x88a8)},
      {"IPv4 behind a tag without its last byte", eth(0x8100).vlan(0x0800).ipv4(between4({})), {}, 1},
      {"IPv6 behind a tag without its last byte", eth(0x8100).vlan(0x86dd).ipv6(between6({})), {}, 1},
  };
}

MadeList made_foreign() {
  return {
      {"ARP", eth(0x0806).payload(28)},
      {"ARP, padded", eth(0x0806).payload(28).padding(18)},
      {"an EtherType of nobody over an IPv4 header", eth(0x88b5).ipv4(between4({})).udp()},
      {"MPLS", eth(0x8847).payload(4).ipv4(between4({}))},
      {"an 802.3 length", eth(46).payload(46)},
      {"an Ethernet header alone", eth(0x88b5)},
      {"a super-packet of ARP", eth(0x0806).payload(28), {8, 0}},
      {"a super-packet behind three tags", behind(eth(0x8100).vlan(0x8100).vlan(0x8100)), {8, 4}},
      {"a super-packet with header length 4", ip4({.first = 0x44}).udp().payload(40), {8, 5}},
  };
}

}  // namespace podmeter::tests
