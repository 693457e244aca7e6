// SPDX-License-Identifier: Apache-2.0
// IP addresses and prefixes, as numbers and as text.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using): __extension__ takes no alias

enum class Family : std::uint8_t { kIpv4, kIpv6 };
// The length of an address in bits: 32 or 128.
unsigned width(Family family);

struct Address {
  Family family = Family::kIpv4;
  Uint128 bits = 0;  // host order; an IPv4 address in the lower 32

  bool operator==(const Address&) const = default;
};

// The address that the scope table looks up: the IPv4 address in an IPv4-mapped or NAT64 (64:ff9b::/96) address, else
// the address itself.
Address looked_up(const Address& address);

struct Prefix {
  Address network;
  unsigned length = 0;

  bool operator==(const Prefix&) const = default;
  [[nodiscard]] bool holds(const Address& address) const;
  [[nodiscard]] Uint128 last() const;  // the highest address, as bits
};

// Parses the forms of inet_pton(3): without a zone or a port.
Result<Address> parse_address(const std::string& text);
// Parses ADDRESS/LENGTH. Fails where a bit behind the length is set; the error has the right network.
Result<Prefix> parse_prefix(const std::string& text);

std::string to_text(const Address& address);
std::string to_text(const Prefix& prefix);

}  // namespace podmeter
