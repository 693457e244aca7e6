// SPDX-License-Identifier: Apache-2.0
#include "tests/scopes/network_scopes.hpp"

#include <set>
#include <string>
#include <utility>

namespace podmeter::tests {
namespace {

constexpr std::uint64_t kSeed = 20260101;

using Random = std::mt19937_64;

Uint128 draw(Random& random) {
  const Uint128 high = random();
  return high << 64 | random();
}

podmeter::Address anywhere(Random& random, Family family) {
  const Uint128 bits = draw(random);
  if (family == Family::kIpv4)
    return {family, bits >> 96};
  return {family, bits >> 3 | Uint128{1} << 125};
}

podmeter::Prefix network_prefix(Random& random, Family family) {
  podmeter::Prefix prefix{{family, 0},
                          static_cast<unsigned>(family == Family::kIpv4 ? 8 + random() % 25 : 32 + random() % 33)};
  const Uint128 host = prefix.last();
  prefix.network.bits = anywhere(random, family).bits & ~host;
  return prefix;
}

}  // namespace

ScopeSet network_scopes(Family family, std::size_t prefixes) {
  Random random(kSeed);
  ScopeSet scopes;
  for (std::size_t i = 0; i < kScopesMax; i++)
    scopes.names.push_back("scope" + std::to_string(i));
  std::set<std::pair<Uint128, unsigned>> seen;
  while (scopes.prefixes.size() < prefixes) {
    const auto prefix = network_prefix(random, family);
    if (seen.insert({prefix.network.bits, prefix.length}).second)
      scopes.prefixes.push_back({prefix, random() % kScopesMax});
  }
  return scopes;
}

std::vector<podmeter::Address> random_addresses(const ScopeSet& scopes, Family family, Destinations spread,
                                                std::size_t number) {
  Random random(kSeed + 1);
  std::vector<podmeter::Address> addresses;
  while (addresses.size() < number) {
    podmeter::Address address = anywhere(random, family);
    if (spread == Destinations::kInPrefixes) {
      const auto& prefix = scopes.prefixes[random() % scopes.prefixes.size()].prefix;
      address.bits = prefix.network.bits | (address.bits & (prefix.last() ^ prefix.network.bits));
    }
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace podmeter::tests
