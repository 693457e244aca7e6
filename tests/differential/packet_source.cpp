// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/packet_source.hpp"

#include "tests/differential/hand_made.hpp"
#include "tests/differential/mutation.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;

Address as_bytes(const podmeter::Address& address) {
  Address out;
  out.size = address.family == Family::kIpv4 ? 4 : 16;
  for (std::size_t i = 0; i < out.size; i++)
    out.bytes[i] = static_cast<std::uint8_t>(address.bits >> (8 * (out.size - 1 - i)));
  return out;
}

std::uint8_t transport(Random& random) {
  static const std::vector<std::uint8_t> protocols = {kTcp, kTcp, kTcp, kUdp, kUdp, 132, 58, 59};
  return random.one_in(16) ? random.byte() : random.pick(protocols);
}

std::uint8_t extension(Random& random) {
  static const std::vector<std::uint8_t> extensions = {0, 0, 43, 60, 60, 44, 51};
  return random.pick(extensions);
}

std::optional<std::uint16_t> claim(Random& random) {
  if (!random.one_in(6))
    return std::nullopt;
  return static_cast<std::uint16_t>(random.one_in(2) ? random.below(200) : random.word());
}

// How much follows the headers: little, or about a page.
std::size_t payload(Random& random) {
  return random.one_in(4) ? random.below(2800) : random.below(120);
}

}  // namespace

PacketSource::PacketSource(std::uint64_t seed, const ScopeSet& scopes) : random_(seed) {
  for (const auto& edge : edges(scopes)) {
    (edge.family == Family::kIpv4 ? ipv4_ : ipv6_).push_back(as_bytes(edge));
    if (edge.family == Family::kIpv4 && random_.one_in(4))
      ipv6_.push_back(as_bytes(embedded(random_, edge)));
  }
  for (const auto* const text : {"::fffe:ffff:ffff", "::1:0:0:0", "64:ff9b::", "64:ff9b::1:0:0", "64:ff9a:ffff::"})
    ipv6_.push_back(address(text));
}

Address PacketSource::remote(Family family) {
  const auto& known = family == Family::kIpv4 ? ipv4_ : ipv6_;
  Address out = as_bytes({family, random_.bits()});
  if (!known.empty() && !random_.one_in(6))
    out = random_.pick(known);
  if (random_.one_in(6))
    out.bytes[random_.below(out.size)] ^= static_cast<std::uint8_t>(1U << random_.below(8));
  return out;
}

// With tags where there is a link layer; a wrong EtherType now and then.
PacketBuilder PacketSource::link(Packet& packet, std::uint16_t type) {
  PacketBuilder builder;
  packet.link_layer = random_.one_in(4) ? LinkLayer::kNone : LinkLayer::kEthernet;
  if (packet.link_layer == LinkLayer::kNone)
    return builder;
  std::vector<std::uint16_t> types(random_.one_in(3) ? random_.below(4) : 0);
  for (auto& tag : types)
    tag = random_.one_in(2) ? 0x8100 : 0x88a8;
  types.push_back(random_.one_in(32) ? static_cast<std::uint16_t>(random_.word()) : type);
  builder.ethernet(types.front());
  for (std::size_t i = 1; i < types.size(); i++)
    builder.vlan(types[i]);
  return builder;
}

void PacketSource::add_ipv4(PacketBuilder& builder) {
  Ipv4 header{.from = remote(Family::kIpv4), .to = remote(Family::kIpv4), .claims = claim(random_)};
  header.protocol = random_.one_in(8) ? extension(random_) : transport(random_);
  header.options = random_.one_in(3) ? 4 * random_.below(11) : 0;
  header.fragment = static_cast<std::uint16_t>(random_.one_in(8) ? random_.word() : 0);
  if (random_.one_in(16))
    header.first = random_.byte();
  builder.ipv4(header);
  add_transport(builder, header.protocol);
}

void PacketSource::add_ipv6(PacketBuilder& builder) {
  std::vector<std::uint8_t> chain(random_.one_in(2) ? random_.below(9) : 0);
  for (auto& each : chain)
    each = extension(random_);
  chain.push_back(transport(random_));
  Ipv6 header{.from = remote(Family::kIpv6), .to = remote(Family::kIpv6), .next = chain.front()};
  header.claims = claim(random_);
  if (random_.one_in(16))
    header.first = random_.byte();
  builder.ipv6(header);
  for (std::size_t i = 1; i < chain.size(); i++)
    builder.extension(chain[i], static_cast<std::uint8_t>(random_.below(random_.one_in(12) ? 256 : 3)));
  add_transport(builder, chain.back());
}

void PacketSource::add_transport(PacketBuilder& builder, std::uint8_t protocol) {
  if (protocol == kTcp)
    builder.tcp(4 * random_.below(11));
  else if (protocol == kUdp)
    builder.udp();
}

Packet PacketSource::constructed() {
  Packet packet;
  packet.direction = random_.pick(kDirections);
  const bool ipv4 = random_.one_in(2);
  auto builder = link(packet, ipv4 ? 0x0800 : 0x86dd);
  ipv4 ? add_ipv4(builder) : add_ipv6(builder);
  const std::size_t behind = payload(random_);
  builder.payload(behind).padding(random_.one_in(8) ? random_.below(47) : 0);
  packet.gso = random_gso(random_, behind);
  packet.frame = builder.build();
  return packet;
}

Packet PacketSource::noise() {
  Packet packet{random_.one_in(2) ? LinkLayer::kNone : LinkLayer::kEthernet, random_.pick(kDirections), {}, {}};
  packet.frame.resize(kFrameMin + random_.below(200));
  for (auto& byte : packet.frame)
    byte = random_.byte();
  packet.gso = random_gso(random_, packet.frame.size());
  return packet;
}

Packet PacketSource::spoilt() {
  Packet packet = random_.pick(hand_made()).packet;
  packet.direction = random_.pick(kDirections);
  mutate(packet, random_);
  return packet;
}

Packet PacketSource::next() {
  const auto kind = random_.below(16);
  Packet packet = kind == 0 ? noise() : kind < 5 ? spoilt() : constructed();
  while (random_.one_in(3))
    mutate(packet, random_);
  if (packet.frame.size() > kFrameMax)
    packet.frame.resize(kFrameMax);
  return packet;
}

}  // namespace podmeter::tests
