// SPDX-License-Identifier: Apache-2.0
// Every boundary of the built-in scope table, seen by the loaded programs.
#include "tests/checks/counted.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kPayload = 100;

// The remote address is `remote`; the pod's own is always of the other scope, so that a mix-up shows.
PacketBuilder& add_packet(PacketBuilder& builder, const Address& remote, pm_direction direction) {
  const bool pod_is_private = expected_scope(remote) == PM_SCOPE_PUBLIC;
  const auto pod = remote.is_ipv4() ? address(pod_is_private ? "10.1.2.3" : "198.51.100.1")
                                    : address(pod_is_private ? "fd00::1" : "2001:db8::1");
  const auto& from = direction == PM_EGRESS ? pod : remote;
  const auto& to = direction == PM_EGRESS ? remote : pod;
  if (remote.is_ipv4())
    return builder.ipv4({.from = from, .to = to}).udp().payload(kPayload);
  return builder.ipv6({.from = from, .to = to}).udp().payload(kPayload);
}

std::uint64_t length(const Address& remote) {
  return (remote.is_ipv4() ? 20 : 40) + 8 + kPayload;
}

}  // namespace

TEST_CASE("every prefix boundary is counted in its scope, both ways, on a link with Ethernet headers") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  for (const auto& remote : boundaries())
    for (const auto direction : kDirections) {
      INFO(text_of(remote));
      PacketBuilder builder;
      builder.ethernet(remote.is_ipv4() ? 0x0800 : 0x86dd);
      check_counts(meter, direction, add_packet(builder, remote, direction).build(),
                   {expected_scope(remote), length(remote)});
    }
}

TEST_CASE("every prefix boundary is counted in its scope, both ways, on a link without a link-layer header") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kNone));
  for (const auto& remote : boundaries())
    for (const auto direction : kDirections) {
      INFO(text_of(remote));
      PacketBuilder builder;
      check_counts(meter, direction, add_packet(builder, remote, direction).build(),
                   {expected_scope(remote), length(remote)});
    }
}

TEST_CASE("every prefix boundary is counted in its scope, both ways, behind a VLAN tag") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  for (const auto& remote : boundaries())
    for (const auto direction : kDirections) {
      INFO(text_of(remote));
      PacketBuilder builder;
      builder.ethernet(0x8100).vlan(remote.is_ipv4() ? 0x0800 : 0x86dd);
      check_counts(meter, direction, add_packet(builder, remote, direction).build(),
                   {expected_scope(remote), length(remote)});
    }
}

}  // namespace podmeter::tests
