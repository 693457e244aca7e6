// SPDX-License-Identifier: Apache-2.0
// Scopes that nobody would write, and those that many do: for tests that compare the scope table with an oracle.
#pragma once

#include <cstdint>
#include <vector>

#include "bpf/scopes/scope_set.hpp"
#include "tests/support/random.hpp"

namespace podmeter::tests {

enum class Spread : std::uint8_t {
  kAnyLength,    // everywhere, of 0 bits to all
  kNetworks,     // everywhere, as networks announce them: IPv4 of 8 to 24 bits, IPv6 of 20 to 48
  kCluster,      // /24 side by side in 10.0.0.0/8, /48 in 2001:db8::/32
  kHosts,        // addresses: half of the IPv6 ones in one /64
  kPowersOfTwo,  // at 2^k and 2^k + 2^j: ever denser towards 0
  kEnds,         // at both ends of the first and last few IPv4 /16 and IPv6 /64, and those themselves
};

// `names` scopes without a prefix; the default is one of them.
ScopeSet unprefixed_scopes(Random& random, std::size_t names);
// Adds up to `number` prefixes of one family; fewer where the spread has not so many different ones.
void add_prefixes(ScopeSet& scopes, Random& random, Family family, Spread spread, std::size_t number);
// Both families', half each.
ScopeSet random_scopes(Random& random, Spread spread, std::size_t prefixes);

// The first and last address of every prefix, their neighbours outside, and the ends of the /16 (IPv4) or /64 (IPv6)
// that it begins in.
std::vector<podmeter::Address> edges(const ScopeSet& scopes);
podmeter::Address random_address(Random& random);
// The IPv4 address within IPv6: mapped, or behind NAT64.
podmeter::Address embedded(Random& random, const podmeter::Address& ipv4);

}  // namespace podmeter::tests
