// SPDX-License-Identifier: Apache-2.0
// Packets on a link without a link-layer header (tun, ipip, wireguard, …): the IP version tells what they are.
#include "tests/checks/counted.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Shape {
  const char* what;
  Frame frame;
  Counted counted;
  Gso gso{};
};

}  // namespace

TEST_CASE("a packet without a link-layer header counts from its first byte") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kNone));
  const auto builder = [] { return PacketBuilder(); };
  const Shape shapes[] = {
      {"IPv4", builder().ipv4({}).udp().payload(72).build(), {PM_SCOPE_PUBLIC, 100}},
      {"IPv4 with options", builder().ipv4({.options = 12}).udp().build(), {PM_SCOPE_PUBLIC, 40}},
      {"IPv4 that claims less", builder().ipv4({.claims = 24}).udp().build(), {PM_SCOPE_PUBLIC, 24}},
      {"IPv4 that claims more", builder().ipv4({.claims = 999}).udp().build(), {PM_SCOPE_PUBLIC, 28}},
      {"IPv6", builder().ipv6({}).udp().payload(52).build(), {PM_SCOPE_PUBLIC, 100}},
      {"a jumbogram", builder().ipv6({.claims = 0}).udp().payload(52).build(), {PM_SCOPE_PUBLIC, 100}},
      {"header length below 5", builder().ipv4({.first = 0x44}).udp().build(), {PM_SCOPE_OTHER, 28}},
      {"options that are not there", builder().ipv4({.first = 0x4f}).udp().build(), {PM_SCOPE_OTHER, 28}},
      {"no IP version", builder().ipv4({.first = 0x55}).udp().build(), {PM_SCOPE_OTHER, 28}},
      {"zeros", Frame(64), {PM_SCOPE_OTHER, 64}},
      {"IPv4 cut off", Frame(19, 0x45), {PM_SCOPE_OTHER, 19}},
      {"IPv6 cut off", Frame(39, 0x60), {PM_SCOPE_OTHER, 39}},
      {"a super-packet",
       builder().ipv4({.protocol = 6}).tcp(12).payload(2500).build(),
       {PM_SCOPE_PUBLIC, 2500 + 3 * 52, 3},
       {1000, 3}},
  };
  for (const auto& shape : shapes)
    for (const auto direction : kDirections) {
      INFO(shape.what);
      check_counts(meter, direction, shape.frame, shape.counted, shape.gso);
    }
}

}  // namespace podmeter::tests
