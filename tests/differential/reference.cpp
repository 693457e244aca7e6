// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/reference.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace podmeter::tests {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kEthernetHeader = 14, kTag = 4, kTagsMax = 2;
constexpr unsigned kIpv4Type = 0x0800, kIpv6Type = 0x86dd, kCustomerTag = 0x8100, kServiceTag = 0x88a8;
constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kUdpHeader = 8, kSctpHeader = 12;
constexpr std::uint8_t kHopByHop = 0, kTcp = 6, kUdp = 17, kRouting = 43, kDestinationOptions = 60, kSctp = 132;
// RFC 8200 (4.1) knows a use for four: hop-by-hop, destination, routing, destination.
constexpr std::size_t kExtensionsMax = 6;
// The longest packet that needs no jumbo payload option, and the length of the header with one:
// Linux 5.19 and later take it out when they make segments of a longer one, if it is what their own TCP writes: the
// first header, 8 bytes, with TCP behind it and that option in front (include/net/ipv6.h, ipv6_has_hopopt_jumbo).
constexpr std::size_t kLegacyMax = 65536, kJumboHeader = 8;
constexpr std::uint8_t kJumboOption = 0xc2;

// Nothing where the bytes end before.
std::optional<std::uint8_t> byte_at(Bytes bytes, std::size_t at) {
  return at < bytes.size() ? std::optional(bytes[at]) : std::nullopt;
}

unsigned word_at(Bytes bytes, std::size_t at) {
  return unsigned{bytes[at]} << 8 | bytes[at + 1];
}

podmeter::Address address_at(Bytes bytes, std::size_t at, Family family) {
  podmeter::Address address{family, 0};
  for (const auto byte : bytes.subspan(at, family == Family::kIpv4 ? 4 : 16))
    address.bits = address.bits << 8 | byte;
  return address;
}

// The bytes behind the link-layer header, and the protocol that the header names.
struct Carried {
  unsigned type;
  Bytes bytes;
};

bool is_tag(unsigned type) {
  return type == kCustomerTag || type == kServiceTag;
}

// A tag that isn't whole is none, and a third one is no IP.
Carried behind_ethernet(Bytes frame) {
  Carried carried{word_at(frame, 12), frame.subspan(kEthernetHeader)};
  for (std::size_t tags = 0; tags < kTagsMax && is_tag(carried.type) && carried.bytes.size() >= kTag; tags++)
    carried = {word_at(carried.bytes, 2), carried.bytes.subspan(kTag)};
  return carried;
}

Carried behind_nothing(Bytes frame) {
  const unsigned version = frame.empty() ? 0 : frame[0] >> 4;
  return {version == 4 ? kIpv4Type : version == 6 ? kIpv6Type : 0, frame};
}

struct Ip {
  podmeter::Address from, to;
  std::size_t header;
  std::size_t claims;  // the packet's length; 0 where it says none
  std::uint8_t next;
};

bool is_ipv6(const Ip& ip) {
  return ip.from.family == Family::kIpv6;
}

std::optional<Ip> whole_ipv4(Bytes bytes) {
  if (bytes.size() < kIpv4Header || bytes[0] >> 4 != 4)
    return std::nullopt;
  const std::size_t header = std::size_t{4} * (bytes[0] & 15U);
  if (header < kIpv4Header || header > bytes.size())
    return std::nullopt;
  return Ip{address_at(bytes, 12, Family::kIpv4), address_at(bytes, 16, Family::kIpv4), header, word_at(bytes, 2),
            bytes[9]};
}

// A payload length of 0 is that of a jumbogram (RFC 2675) and of what is longer than 64 KiB until it is cut in
// segments.
std::optional<Ip> whole_ipv6(Bytes bytes) {
  if (bytes.size() < kIpv6Header || bytes[0] >> 4 != 6)
    return std::nullopt;
  const std::size_t payload = word_at(bytes, 4);
  return Ip{address_at(bytes, 8, Family::kIpv6), address_at(bytes, 24, Family::kIpv6), kIpv6Header,
            payload == 0 ? 0 : kIpv6Header + payload, bytes[6]};
}

std::optional<Ip> whole_ip(const Carried& carried) {
  if (carried.type == kIpv4Type)
    return whole_ipv4(carried.bytes);
  return carried.type == kIpv6Type ? whole_ipv6(carried.bytes) : std::nullopt;
}

// A claim below the header's own length, or above what is there, is false.
std::size_t wire_length(const Ip& ip, std::size_t present) {
  return ip.claims >= ip.header && ip.claims <= present ? ip.claims : present;
}

bool is_extension(std::uint8_t protocol) {
  return protocol == kHopByHop || protocol == kRouting || protocol == kDestinationOptions;
}

// IP header, extension headers, transport header: what every segment has. A header counts as long as it says that it is
// and not at all where that byte isn't there; UDP's is always the same.
std::size_t repeated_headers(const Ip& ip, Bytes bytes) {
  std::size_t length = ip.header;
  std::uint8_t protocol = ip.next;
  const std::size_t extensions = is_ipv6(ip) ? kExtensionsMax : 0;
  for (std::size_t i = 0; i < extensions && is_extension(protocol) && byte_at(bytes, length + 3); i++) {
    protocol = bytes[length];
    length += (std::size_t{bytes[length + 1]} + 1) * 8;
  }
  if (protocol == kUdp)
    return length + kUdpHeader;
  if (protocol == kSctp)
    return length + kSctpHeader;
  if (protocol == kTcp)
    return length + std::size_t{4} * (byte_at(bytes, length + 12).value_or(0) >> 4U);
  return length;
}

bool has_jumbo_header(const Ip& ip, Bytes bytes) {
  return is_ipv6(ip) && ip.next == kHopByHop && byte_at(bytes, kIpv6Header + 3) && bytes[kIpv6Header] == kTcp &&
         bytes[kIpv6Header + 1] == 0 && bytes[kIpv6Header + 2] == kJumboOption;
}

// As the kernel counted them, or as the payload fills them; one where there is no payload.
std::size_t segments_of(const Gso& gso, std::size_t payload) {
  if (gso.segments != 0)
    return gso.segments;
  return std::max<std::size_t>((payload + gso.size - 1) / gso.size, 1);
}

// The headers are there once; every segment but one adds them again.
Tally count_segments(const Packet& packet, const Ip& ip, Bytes bytes) {
  const std::size_t headers = repeated_headers(ip, bytes);
  const std::size_t segments = segments_of(packet.gso, bytes.size() - std::min(headers, bytes.size()));
  const bool jumbo = has_jumbo_header(ip, bytes) && packet.frame.size() > kLegacyMax;
  const std::size_t taken_out = jumbo ? segments * kJumboHeader : 0;
  return {PM_SCOPE_OTHER, bytes.size() + (segments - 1) * headers - taken_out, segments};
}

}  // namespace

Tally Reference::count(const Packet& packet) const {
  const auto carried =
      packet.link_layer == LinkLayer::kEthernet ? behind_ethernet(packet.frame) : behind_nothing(packet.frame);
  const auto ip = whole_ip(carried);
  if (!ip)
    return {PM_SCOPE_OTHER, carried.bytes.size(), 1};
  Tally tally{PM_SCOPE_OTHER, wire_length(*ip, carried.bytes.size()), 1};
  if (packet.gso.size != 0)
    tally = count_segments(packet, *ip, carried.bytes);
  tally.slot = slots_[scopes_.scope_of(packet.direction == PM_EGRESS ? ip->to : ip->from)];
  return tally;
}

}  // namespace podmeter::tests
