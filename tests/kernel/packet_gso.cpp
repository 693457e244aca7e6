// SPDX-License-Identifier: Apache-2.0
// Super-packets (GSO, GRO): counted as the segments they stand for, each with its headers.
#include "tests/checks/counted.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

// `headers` is what each segment repeats: IP and transport header.
struct Super {
  const char* what;
  PacketBuilder builder;
  std::uint64_t headers;
  std::size_t payload;
  Gso gso;
  std::uint64_t packets;
};

PacketBuilder ip4(const Ipv4& header) {
  return PacketBuilder().ethernet(0x0800).ipv4(header);
}

PacketBuilder ip6(const Ipv6& header) {
  return PacketBuilder().ethernet(0x86dd).ipv6(header);
}

std::vector<Super> of_the_kernel() {
  return {
      {"TCP/IPv4", ip4({.protocol = 6}).tcp(0), 40, 3000, {1000, 3}, 3},
      {"TCP/IPv4 with options of both", ip4({.protocol = 6, .options = 8}).tcp(12), 60, 2501, {500, 6}, 6},
      {"TCP/IPv4 with all options that fit", ip4({.protocol = 6, .options = 40}).tcp(40), 120, 2000, {1000, 2}, 2},
      {"TCP/IPv6", ip6({.next = 6}).tcp(12), 72, 3000, {1428, 3}, 3},
      {"TCP/IPv6 behind extensions", ip6({.next = 0}).extension(60, 0).extension(6, 1).tcp(0), 84, 3000, {1000, 3}, 3},
      {"UDP/IPv4", ip4({}).udp(), 28, 3000, {1200, 3}, 3},
      {"UDP/IPv6", ip6({}).udp(), 48, 3000, {1200, 3}, 3},
      {"behind a VLAN tag",
       PacketBuilder().ethernet(0x8100).vlan(0x0800).ipv4({.protocol = 6}).tcp(12),
       52,
       2896,
       {1448, 2},
       2},
      {"behind two",
       PacketBuilder().ethernet(0x88a8).vlan(0x8100).vlan(0x86dd).ipv6({.next = 6}).tcp(12),
       72,
       2856,
       {1428, 2},
       2},
      {"a payload length of 0 (big TCP)", ip6({.next = 6, .claims = 0}).tcp(12), 72, 3000, {1428, 3}, 3},
      {"a total length of 0 (big TCP)", ip4({.protocol = 6, .claims = 0}).tcp(12), 52, 3000, {1448, 3}, 3},
      {"SCTP, its common header", ip4({.protocol = 132}).payload(12), 32, 3000, {0xffff, 3}, 3},
      {"another transport", ip4({.protocol = 253}), 20, 3000, {1000, 3}, 3},
  };
}

// The kernel leaves gso_segs at 0 for what came from outside it, whose sender picks the size.
std::vector<Super> of_a_stranger() {
  return {
      {"whole segments", ip4({.protocol = 6}).tcp(0), 40, 3000, {1000, 0}, 3},
      {"a short last one", ip4({.protocol = 6}).tcp(12), 52, 3001, {1000, 0}, 4},
      {"TCP/IPv6", ip6({.next = 6}).tcp(12), 72, 2857, {1428, 0}, 3},
      {"UDP", ip4({}).udp(), 28, 3000, {1200, 0}, 3},
      {"a size of 1", ip4({.protocol = 6}).tcp(0), 40, 3000, {1, 0}, 3000},
      {"a size of 65535", ip4({.protocol = 6}).tcp(0), 40, 3000, {65535, 0}, 1},
      {"no payload", ip4({.protocol = 6}).tcp(0), 40, 0, {1000, 0}, 1},
      {"no payload, a size of 1", ip6({.next = 6}).tcp(0), 60, 0, {1, 0}, 1},
  };
}

void check_supers(const std::vector<Super>& supers) {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  for (auto super : supers)
    for (const auto direction : kDirections) {
      INFO(super.what);
      const auto frame = PacketBuilder(super.builder).payload(super.payload).build();
      check_counts(meter, direction, frame,
                   {PM_SCOPE_PUBLIC, super.payload + super.packets * super.headers, super.packets}, super.gso);
    }
}

}  // namespace

TEST_CASE("a super-packet of the kernel counts as its segments, headers of each included") {
  check_supers(of_the_kernel());
}

TEST_CASE("a super-packet without a count of segments is divided by its size, whatever the sender says") {
  check_supers(of_a_stranger());
}

TEST_CASE("a super-packet whose headers are cut off or make no sense counts once, and never less than is there") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const Gso gso{1000, 0};
  for (const auto direction : kDirections) {
    check_counts(meter, direction, PacketBuilder().ethernet(0x0806).payload(28).build(), {PM_SCOPE_OTHER, 28}, gso);
    check_counts(meter, direction, ip4({.first = 0x44}).payload(9).build(), {PM_SCOPE_OTHER, 29}, gso);
    check_counts(meter, direction, ip4({.protocol = 6}).payload(4).build(), {PM_SCOPE_PUBLIC, 24}, gso);
    check_counts(meter, direction, ip4({.protocol = 17}).payload(4).build(), {PM_SCOPE_PUBLIC, 24}, gso);
    check_counts(meter, direction, ip6({.next = 0}).payload(1).build(), {PM_SCOPE_PUBLIC, 41}, gso);
    check_counts(meter, direction, ip6({.next = 0}).extension(6, 255).build(), {PM_SCOPE_PUBLIC, 2088}, gso);
  }
}

}  // namespace podmeter::tests
