// SPDX-License-Identifier: Apache-2.0
// The scope file, and the table that is compiled from it. The input is the file's text.
#include <numeric>
#include <set>
#include <tuple>

#include "bpf/scope_table/table_image.hpp"
#include "bpf/scopes/scope_file.hpp"
#include "bpf/tree/scope_names.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/scopes/prefixes_by_length.hpp"
#include "tests/scopes/random_scopes.hpp"

namespace podmeter::fuzz {
namespace {

void check_faults(const ScopeFaults& faults, const std::string& text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  always(!faults.empty() && faults.size() <= 20, "a file is refused for a reason, or some");
  always(std::ranges::is_sorted(faults, {}, &ScopeFault::line), "faults are told in the file's order");
  for (const auto& fault : faults) {
    always(fault.line >= 1 && fault.line <= lines, "a fault is on a line of the file");
    always(is_line(fault.text) && fault.text.size() < 300, "a fault is a short line for people");
  }
  always(static_cast<std::size_t>(std::ranges::count(describe("f", faults), '\n')) + 1 == faults.size(),
         "faults are a line each");
}

bool fits(const Prefix& prefix) {
  const unsigned all = width(prefix.network.family);
  return prefix.length <= all && (all == 128 || prefix.network.bits >> 32 == 0) && prefix.holds(prefix.network);
}

void check_scopes(const ScopeSet& scopes) {
  const std::set<std::string> names(scopes.names.begin(), scopes.names.end());
  always(!names.empty() && names.size() <= kScopesMax && names.size() == scopes.names.size(),
         "names are few, once each");
  for (const auto& name : names)
    always(is_line(name) && is_utf8(name) && name.size() <= kScopeNameMax && name != kOtherScope,
           "a name is one for Prometheus");
  always(scopes.default_scope < scopes.names.size(), "one scope is the default");
  std::set<std::tuple<Family, Uint128, unsigned>> seen;
  for (const auto& [prefix, scope] : scopes.prefixes) {
    always(fits(prefix) && scope < scopes.names.size(), "a prefix is one, of a scope that is there");
    always(prefix.length < 96 || looked_up(prefix.network) == prefix.network, "a prefix decides of some address");
    always(seen.emplace(prefix.network.family, prefix.network.bits, prefix.length).second, "a prefix is there once");
    const auto read = parse_prefix(to_text(prefix));
    always(read.has_value() && *read == prefix, "a prefix survives its text");
  }
}

bool same(const ScopedPrefix& a, const ScopedPrefix& b) {
  return a.prefix == b.prefix && a.scope == b.scope;
}

void check_text(const ScopeSet& scopes) {
  const auto again = parse_scopes(to_text(scopes));
  always(again.has_value(), "what we write is a scope file");
  always(again->names == scopes.names && again->default_scope == scopes.default_scope, "scopes survive their text");
  const auto by_scope = [](const ScopedPrefix& a, const ScopedPrefix& b) { return a.scope < b.scope; };
  auto sorted = scopes.prefixes;
  std::ranges::stable_sort(sorted, by_scope);
  always(std::ranges::equal(sorted, again->prefixes, same), "prefixes survive their text");
}

// Wherever a range can begin or end, and, as IPv6 is looked up by halves, beside it in the high one.
std::vector<Address> questions(const ScopeSet& scopes) {
  auto addresses = tests::edges(scopes);
  for (const Uint128 bits : {Uint128{0}, ~Uint128{0}, Uint128{0xffff} << 32, Uint128{0x0064ff9b} << 96})
    addresses.push_back({Family::kIpv6, bits});
  for (const auto& address : std::vector(addresses))
    if (address.family == Family::kIpv6)
      for (const Uint128 bits : {address.bits + (Uint128{1} << 64), address.bits - (Uint128{1} << 64)})
        addresses.push_back({Family::kIpv6, bits});
  return addresses;
}

// Against longest match by its definition.
void check_table(const ScopeSet& scopes) {
  ScopeSlots slots(scopes.names.size());
  std::iota(slots.rbegin(), slots.rend(), 1U);
  const auto pages = compile(scopes, slots, 1 + PM_PAGES);
  always(pages.has_value(), "a few prefixes fit into a table");
  always(text_in(*pages) == to_text(scopes), "a table tells what it was made from");
  const tests::PrefixesByLength oracle(scopes);
  for (const auto& address : questions(scopes))
    always(look_up(*pages, address) == slots[oracle.scope_of(address)], "an address has its longest match's scope");
}

}  // namespace
}  // namespace podmeter::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmeter;
  using namespace podmeter::fuzz;
  constexpr std::size_t kSmall = 64;
  const std::string text = text_of(data, size);
  const auto scopes = parse_scopes(text);
  if (!scopes) {
    check_faults(scopes.error(), text);
    return 0;
  }
  always(text.find('\0') == std::string::npos, "a file is read to its end");
  check_scopes(*scopes);
  check_text(*scopes);
  if (scopes->prefixes.size() <= kSmall)
    check_table(*scopes);
  return 0;
}
