// SPDX-License-Identifier: Apache-2.0
// Scopes as large networks have them, drawn at random, and addresses to look up in them. The same each time.
#pragma once

#include <random>
#include <vector>

#include "bpf/scopes/scope_set.hpp"

namespace podmeter::tests {

// `prefixes` of one family in all the scopes that there can be: IPv4 of 8 to 32 bits anywhere, IPv6 of 32 to 64 bits in
// 2000::/3.
ScopeSet network_scopes(Family family, std::size_t prefixes);

enum class Destinations : std::uint8_t { kAnywhere, kInPrefixes };
// Anywhere in the family's address space (IPv6: in 2000::/3), or in one of the prefixes, each as likely.
std::vector<podmeter::Address> random_addresses(const ScopeSet& scopes, Family family, Destinations spread,
                                                std::size_t number);

}  // namespace podmeter::tests
