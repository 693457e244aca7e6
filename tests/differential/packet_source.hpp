// SPDX-License-Identifier: Apache-2.0
// Packets without end: hand-made ones with mistakes, random ones that are right or nearly, and noise.
#pragma once

#include <vector>

#include "tests/differential/packet.hpp"
#include "tests/scopes/random_scopes.hpp"
#include "tests/support/random.hpp"

namespace podmeter::tests {

class PacketSource {
 public:
  // Most addresses are at the edges of the scopes' prefixes.
  PacketSource(std::uint64_t seed, const ScopeSet& scopes);

  Packet next();

 private:
  Address remote(Family family);
  Packet constructed();
  PacketBuilder link(Packet& packet, std::uint16_t type);
  void add_ipv4(PacketBuilder& builder);
  void add_ipv6(PacketBuilder& builder);
  void add_transport(PacketBuilder& builder, std::uint8_t protocol);
  Packet noise();
  Packet spoilt();

  Random random_;
  std::vector<Address> ipv4_, ipv6_;
};

}  // namespace podmeter::tests
