// SPDX-License-Identifier: Apache-2.0
#include "tests/scopes/random_scopes.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace podmeter::tests {
namespace {

using Key = std::tuple<Family, Uint128, unsigned>;

Key key_of(const podmeter::Prefix& prefix) {
  return {prefix.network.family, prefix.network.bits, prefix.length};
}

Uint128 ones(unsigned bits) {
  return bits == 0 ? 0 : ~Uint128{0} >> (128 - bits);
}

podmeter::Prefix prefix_of(Family family, Uint128 bits, unsigned length) {
  return {{family, bits & ones(width(family)) & ~ones(width(family) - length)}, length};
}

unsigned between(Random& random, unsigned least, unsigned most) {
  return least + static_cast<unsigned>(random.below(most - least + 1));
}

podmeter::Prefix in_cluster(Random& random, Family family) {
  const Uint128 number = random.below(0x10000);
  if (family == Family::kIpv4)
    return {{family, Uint128{10} << 24 | number << 8}, 24};
  return {{family, Uint128{0x20010db8} << 96 | number << 80}, 48};
}

podmeter::Prefix host(Random& random, Family family) {
  if (family == Family::kIpv4)
    return prefix_of(family, random.bits(), 32);
  const Uint128 low = random.word();
  return prefix_of(family, random.one_in(2) ? Uint128{0x20010db8} << 96 | low : random.bits(), 128);
}

podmeter::Prefix at_power_of_two(Random& random, Family family) {
  const unsigned upper = between(random, 0, width(family) - 1), lower = between(random, 0, upper);
  return prefix_of(family, Uint128{1} << upper | Uint128{1} << lower, width(family) - between(random, 0, lower));
}

podmeter::Prefix at_end(Random& random, Family family) {
  const unsigned half = width(family) / 2;
  const Uint128 far = random.below(8), near = random.below(12);
  const Uint128 block = (random.one_in(2) ? far : ones(half) - far) << half;
  if (random.one_in(8))
    return prefix_of(family, block, half);
  const unsigned length = width(family) - between(random, 0, 2);
  return prefix_of(family, block | (random.one_in(2) ? near : ones(half) - near), length);
}

podmeter::Prefix random_prefix(Random& random, Family family, Spread spread) {
  const bool ipv4 = family == Family::kIpv4;
  unsigned length = 0;
  switch (spread) {
    case Spread::kAnyLength:
      length = between(random, 0, width(family));
      return prefix_of(family, random.bits(), length);
    case Spread::kNetworks:
      length = ipv4 ? between(random, 8, 24) : between(random, 20, 48);
      return prefix_of(family, ipv4 ? random.bits() : Uint128{1} << 125 | random.bits() >> 3, length);
    case Spread::kCluster:
      return in_cluster(random, family);
    case Spread::kHosts:
      return host(random, family);
    case Spread::kPowersOfTwo:
      return at_power_of_two(random, family);
    case Spread::kEnds:
      break;
  }
  return at_end(random, family);
}

}  // namespace

ScopeSet unprefixed_scopes(Random& random, std::size_t names) {
  ScopeSet scopes;
  for (std::size_t i = 0; i < names; i++)
    scopes.names.push_back("scope-" + std::to_string(i));
  scopes.default_scope = random.below(names);
  return scopes;
}

void add_prefixes(ScopeSet& scopes, Random& random, Family family, Spread spread, std::size_t number) {
  std::set<Key> known;
  for (const auto& each : scopes.prefixes)
    known.insert(key_of(each.prefix));
  const std::size_t wanted = scopes.prefixes.size() + number;
  for (std::size_t tries = 0; tries < 4 * number && scopes.prefixes.size() < wanted; tries++) {
    const auto prefix = random_prefix(random, family, spread);
    if (known.insert(key_of(prefix)).second)
      scopes.prefixes.push_back({prefix, random.below(scopes.names.size())});
  }
}

ScopeSet random_scopes(Random& random, Spread spread, std::size_t prefixes) {
  ScopeSet scopes = unprefixed_scopes(random, kScopesMax - 6 * random.below(3));
  add_prefixes(scopes, random, Family::kIpv4, spread, (prefixes + 1) / 2);
  add_prefixes(scopes, random, Family::kIpv6, spread, prefixes / 2);
  return scopes;
}

std::vector<podmeter::Address> edges(const ScopeSet& scopes) {
  std::vector<podmeter::Address> all;
  for (const auto& [prefix, scope] : scopes.prefixes) {
    const auto [family, first] = prefix.network;
    const Uint128 last = first | ones(width(family) - prefix.length);
    const Uint128 block = ones(width(family) / 2);
    all.insert(all.end(), {{family, first}, {family, last}, {family, first & ~block}, {family, first | block}});
    if (first != 0)
      all.push_back({family, first - 1});
    if (last != ones(width(family)))
      all.push_back({family, last + 1});
  }
  return all;
}

podmeter::Address random_address(Random& random) {
  const Family family = random.one_in(2) ? Family::kIpv4 : Family::kIpv6;
  return {family, random.bits() & ones(width(family))};
}

podmeter::Address embedded(Random& random, const podmeter::Address& ipv4) {
  const Uint128 around = random.one_in(2) ? Uint128{0xffff} << 32 : Uint128{0x0064ff9b} << 96;
  return {Family::kIpv6, around | ipv4.bits};
}

}  // namespace podmeter::tests
