// SPDX-License-Identifier: Apache-2.0
// The compiled scope table against longest match by definition, over prefixes by the thousand.
#include <numeric>

#include "bpf/scope_table/table_image.hpp"
#include "tests/scopes/prefixes_by_length.hpp"
#include "tests/scopes/random_scopes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using podmeter::Address;

struct Table {
  ScopeSet scopes;
  ScopeSlots slots;
  TablePages pages;
};

// Slots that are not the scopes' order, and pages that are not the first: both are told by the table alone.
Table table_of(ScopeSet scopes) {
  ScopeSlots slots(scopes.names.size());
  std::iota(slots.rbegin(), slots.rend(), 1U);
  auto pages = must(compile(scopes, slots, 1 + PM_PAGES));
  return {std::move(scopes), std::move(slots), std::move(pages)};
}

std::size_t scope_by_longest_match(const ScopeSet& scopes, const Address& address) {
  const auto* const match = longest_match(scopes, address);
  return match == nullptr ? scopes.default_scope : match->scope;
}

// Edges and random addresses, at most `number`; IPv4 ones also within IPv6.
std::vector<Address> questions(Random& random, const ScopeSet& scopes, std::size_t number) {
  auto all = edges(scopes);
  for (std::size_t i = 0; all.size() > number; i++) {
    std::swap(all[random.below(all.size())], all.back());
    all.pop_back();
  }
  for (std::size_t i = 0; i < 100; i++)
    all.push_back(random_address(random));
  for (const auto& address : std::vector(all))
    if (address.family == Family::kIpv4 && random.one_in(4))
      all.push_back(embedded(random, address));
  return all;
}

template <class Oracle>
void check_table(const Table& table, const std::vector<Address>& addresses, const Oracle& oracle) {
  for (const auto& address : addresses)
    if (look_up(table.pages, address) != table.slots[oracle(address)])
      FAIL("of " << table.scopes.prefixes.size() << " prefixes: " << to_text(address) << " is in slot "
                 << look_up(table.pages, address) << ", not " << table.slots[oracle(address)]);
}

void check_random_table(Random& random, Spread spread, std::size_t prefixes) {
  const Table table = table_of(random_scopes(random, spread, prefixes));
  const PrefixesByLength by_length(table.scopes);
  check_table(table, questions(random, table.scopes, 400),
              [&](const Address& address) { return scope_by_longest_match(table.scopes, address); });
  check_table(table, questions(random, table.scopes, 4000),
              [&](const Address& address) { return by_length.scope_of(address); });
}

constexpr Spread kSpreads[] = {Spread::kAnyLength, Spread::kNetworks,    Spread::kCluster,
                               Spread::kHosts,     Spread::kPowersOfTwo, Spread::kEnds};

}  // namespace

TEST_CASE("a scope table gives every address the scope of its longest match, however the prefixes lie") {
  const auto spread = GENERATE(from_range(std::begin(kSpreads), std::end(kSpreads)));
  const auto seed = GENERATE(range(1, 3));
  INFO("spread " << static_cast<int>(spread) << ", seed " << seed);
  Random random(static_cast<std::uint64_t>(seed));
  for (const auto prefixes : std::initializer_list<std::size_t>{0, 1, 2, 3, 7, 15, 16, 30, 30, 30, 300, 1000})
    check_random_table(random, spread, prefixes);
}

TEST_CASE("a scope table of tens of thousands of prefixes gives every address the scope of its longest match") {
  const auto spread = GENERATE(Spread::kAnyLength, Spread::kNetworks, Spread::kHosts);
  INFO("spread " << static_cast<int>(spread));
  Random random(50'000);
  const Table table = table_of(random_scopes(random, spread, 50'000));
  const PrefixesByLength by_length(table.scopes);
  check_table(table, questions(random, table.scopes, 8'000),
              [&](const Address& address) { return by_length.scope_of(address); });
}

TEST_CASE("a hundred thousand prefixes of networks or hosts fit into a table") {
  const auto& [family, spread] = GENERATE(
      values<std::pair<Family, Spread>>({{Family::kIpv4, Spread::kNetworks}, {Family::kIpv6, Spread::kHosts}}));
  Random random(100'000);
  auto scopes = unprefixed_scopes(random, kScopesMax);
  add_prefixes(scopes, random, family, spread, kPrefixesMax);
  CHECK(scopes.prefixes.size() == kPrefixesMax);
  const Table table = table_of(std::move(scopes));
  INFO(table.pages.size() << " pages");
  CHECK(table.pages.size() <= PM_PAGES);
  const PrefixesByLength by_length(table.scopes);
  check_table(table, questions(random, table.scopes, 4'000),
              [&](const Address& address) { return by_length.scope_of(address); });
}

}  // namespace podmeter::tests
