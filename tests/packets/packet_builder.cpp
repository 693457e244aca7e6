// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/packet_builder.hpp"

#include <linux/if_ether.h>

namespace podmeter::tests {
namespace {

constexpr unsigned high(std::uint16_t value) {
  return value >> 8;
}
constexpr unsigned low(std::uint16_t value) {
  return value & 0xff;
}

// RFC 1071 over a header whose checksum is 0.
std::uint16_t checksum(const std::uint8_t* header, std::size_t size) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < size; i += 2)
    sum += static_cast<std::uint32_t>(header[i] << 8 | header[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
}

}  // namespace

void PacketBuilder::add(std::initializer_list<unsigned> bytes) {
  for (const auto byte : bytes)
    frame_.push_back(static_cast<std::uint8_t>(byte));
}

void PacketBuilder::add(const Address& address) {
  for (std::size_t i = 0; i < address.size; i++)
    frame_.push_back(address.bytes[i]);
}

PacketBuilder& PacketBuilder::ethernet(std::uint16_t type) {
  add({0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, high(type), low(type)});
  return *this;
}

PacketBuilder& PacketBuilder::vlan(std::uint16_t type) {
  add({0, 42, high(type), low(type)});
  return *this;
}

PacketBuilder& PacketBuilder::ipv4(const Ipv4& header) {
  const auto start = frame_.size();
  const auto claims = header.claims.value_or(0);
  if (!header.claims)
    lengths_.push_back({start + 2, start});
  ipv4_headers_.push_back({start, start + 20 + header.options});
  add({header.first.value_or(static_cast<std::uint8_t>(0x45 + header.options / 4)), 0, high(claims), low(claims)});
  add({0, 1, high(header.fragment), low(header.fragment), 64, header.protocol, 0, 0});
  add(header.from);
  add(header.to);
  frame_.resize(frame_.size() + header.options, 1);  // no operation
  return *this;
}

PacketBuilder& PacketBuilder::ipv6(const Ipv6& header) {
  const auto start = frame_.size();
  const auto claims = header.claims.value_or(0);
  if (!header.claims)
    lengths_.push_back({start + 4, start + 40});
  add({header.first.value_or(0x60), 0, 0, 0, high(claims), low(claims), header.next, 64});
  add(header.from);
  add(header.to);
  return *this;
}

PacketBuilder& PacketBuilder::extension(std::uint8_t next, std::uint8_t units) {
  add({next, units});
  frame_.resize(frame_.size() + units * std::size_t{8} + 6);
  return *this;
}

PacketBuilder& PacketBuilder::udp() {
  add({0x30, 0x39, 0, 53, 0, 0, 0, 0});
  return *this;
}

PacketBuilder& PacketBuilder::tcp(std::size_t options) {
  add({0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, static_cast<unsigned>((5 + options / 4) << 4), 0x10, 1, 0});
  add({0, 0, 0, 0});
  return payload(options);
}

PacketBuilder& PacketBuilder::payload(std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i++)
    frame_.push_back(static_cast<std::uint8_t>(i));
  return *this;
}

PacketBuilder& PacketBuilder::padding(std::size_t bytes) {
  padding_ += bytes;
  return *this;
}

Frame PacketBuilder::build() const {
  Frame frame = frame_;
  for (const auto& [at, from] : lengths_) {
    frame[at] = static_cast<std::uint8_t>((frame_.size() - from) >> 8);
    frame[at + 1] = static_cast<std::uint8_t>(frame_.size() - from);
  }
  for (const auto& [from, to] : ipv4_headers_) {
    const auto sum = checksum(&frame[from], to - from);
    frame[from + 10] = static_cast<std::uint8_t>(high(sum));
    frame[from + 11] = static_cast<std::uint8_t>(low(sum));
  }
  frame.resize(frame.size() + padding_, 0xee);
  return frame;
}

}  // namespace podmeter::tests
