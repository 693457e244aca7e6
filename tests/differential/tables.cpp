// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/tables.hpp"

#include "bpf/scopes/scope_source.hpp"
#include "tests/scopes/random_scopes.hpp"

namespace podmeter::tests {
namespace {

ScopeSet thousands(Random& random) {
  ScopeSet scopes = unprefixed_scopes(random, kScopesMax);
  for (const auto family : {Family::kIpv4, Family::kIpv6})
    for (const auto spread :
         {Spread::kAnyLength, Spread::kNetworks, Spread::kCluster, Spread::kHosts, Spread::kPowersOfTwo, Spread::kEnds})
      add_prefixes(scopes, random, family, spread, 800);
  return scopes;
}

}  // namespace

std::vector<NamedScopes> differential_tables(std::uint64_t seed) {
  Random random(seed);
  std::vector<NamedScopes> tables = {{"built-in", built_in_scopes()},
                                     {"any length", random_scopes(random, Spread::kAnyLength, 30)},
                                     {"cluster", random_scopes(random, Spread::kCluster, 100)},
                                     {"powers of two", random_scopes(random, Spread::kPowersOfTwo, 100)},
                                     {"ends", random_scopes(random, Spread::kEnds, 100)},
                                     {"no prefix", unprefixed_scopes(random, 3)}};
  tables.push_back({"thousands", thousands(random)});
  return tables;
}

}  // namespace podmeter::tests
