// SPDX-License-Identifier: Apache-2.0
#include "tests/meters/scope_tables.hpp"

#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "bpf/scopes/scope_source.hpp"

namespace podmeter::tests {

Result<void> put_scopes(const ScopeTable& table, const ScopeSet& scopes) {
  ScopeSlots slots(scopes.names.size());
  std::iota(slots.begin(), slots.end(), 1U);
  const auto first_slot = table.free_slots();
  if (!first_slot)
    return first_slot.error();
  const auto pages = compile(scopes, slots, *first_slot);
  if (!pages)
    return pages.error();
  auto staged = table.stage(*pages);
  return staged ? staged->commit() : staged.error();
}

Result<ScopeTable> make_table(const ScopeSet& scopes) {
  auto table = ScopeTable::create();
  if (!table)
    return table;
  if (auto put = put_scopes(*table, scopes); !put)
    return put.error();
  return table;
}

const ScopeTable& built_in_table() {
  static const auto table = make_table(built_in_scopes());
  if (!table) {
    std::fprintf(stderr, "%s\n", table.error().text.c_str());
    std::abort();
  }
  return *table;
}

}  // namespace podmeter::tests
