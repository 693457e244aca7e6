// SPDX-License-Identifier: Apache-2.0
// Frames for BPF_PROG_TEST_RUN, layer by layer, right by default and wrong where a test asks for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/scopes/registry.hpp"

namespace podmeter::tests {

using Frame = std::vector<std::uint8_t>;

struct Ipv4 {
  Address from = address("198.51.100.1");
  Address to = address("203.0.113.1");
  std::uint8_t protocol = 17;
  std::size_t options = 0;                // bytes, a multiple of 4
  std::uint16_t fragment = 0;             // flags and offset
  std::optional<std::uint16_t> claims{};  // total length; what follows, unless said
  std::optional<std::uint8_t> first{};    // version and header length; right, unless said
};

struct Ipv6 {
  Address from = address("2001:db8::1");
  Address to = address("2001:db8::2");
  std::uint8_t next = 17;
  std::optional<std::uint16_t> claims{};  // payload length; what follows, unless said
  std::optional<std::uint8_t> first{};    // version and half the traffic class
};

class PacketBuilder {
 public:
  PacketBuilder& ethernet(std::uint16_t type);
  // A tag whose EtherType stands in the layer before; `type` is what follows.
  PacketBuilder& vlan(std::uint16_t type);
  PacketBuilder& ipv4(const Ipv4& header);
  PacketBuilder& ipv6(const Ipv6& header);
  // An IPv6 extension header of `units` + 1 times 8 bytes, its options Pad1.
  PacketBuilder& extension(std::uint8_t next, std::uint8_t units);
  PacketBuilder& udp();
  PacketBuilder& tcp(std::size_t options);
  PacketBuilder& payload(std::size_t bytes);
  // Behind the packet, claimed by no header.
  PacketBuilder& padding(std::size_t bytes);
  [[nodiscard]] Frame build() const;

 private:
  struct Length {
    std::size_t at, from;
  };
  struct Span {
    std::size_t from, to;
  };

  void add(std::initializer_list<unsigned> bytes);
  void add(const Address& address);

  Frame frame_;
  std::vector<Length> lengths_;  // where a length is to be written, and from where it counts
  std::vector<Span> ipv4_headers_;
  std::size_t padding_ = 0;
};

}  // namespace podmeter::tests
