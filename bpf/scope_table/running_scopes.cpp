// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/running_scopes.hpp"

#include <algorithm>

#include "bpf/base/directory.hpp"
#include "bpf/scopes/scope_file.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/scope_names.hpp"
#include "bpf/tree/scope_slots.hpp"

namespace podmeter {
namespace {

constexpr std::uint32_t kFirstSlot = 1;  // any value: check_size() never puts the table into use

// True also where the meter can't be read.
bool may_hold(const MeterDir& meter, std::uint32_t slot) {
  const auto counters = read_counters(meter.counters());
  return counters ? holds_counts(*counters, slot) : !is_gone(counters.error());
}

// True where a meter holds counts in that slot, or can't be read.
bool is_held(const PinTree& tree, std::uint32_t slot) {
  for (const auto& dir : {tree.making_dir(), tree.live_dir(), tree.ended_dir(), tree.folding_dir()}) {
    const auto names = list_if_exists(dir);
    if (!names)
      return true;
    if (std::ranges::any_of(*names, [&](const auto& name) { return may_hold(MeterDir(dir + '/' + name), slot); }))
      return true;
  }
  return false;
}

ScopeSlots slots_of(const ScopeNames& names, const std::vector<std::string>& wanted) {
  ScopeSlots slots;
  for (const auto& name : wanted)
    slots.push_back(std::ranges::find(names, name, &ScopeName::name)->slot);
  return slots;
}

Result<TablePages> make_pages(const ScopeTable& table, const ScopeSet& scopes, const ScopeNames& names,
                              const ScopeSource& source, std::uint64_t generation) {
  const auto first_slot = table.free_slots();
  if (!first_slot)
    return first_slot.error();
  auto pages = compile(scopes, slots_of(names, scopes.names), *first_slot);
  if (!pages)
    return pages;
  pm_head& head = head_of(*pages);
  head.generation = generation;
  std::ranges::copy(source, head.source);
  return pages;
}

// Stores the names before the table, so that each count of the new table has a name.
Result<std::uint64_t> swap_in(const PinTree& tree, const ScopeTable& table, const ScopeSet& scopes,
                              const ScopeSource& source) {
  const auto known = read_scope_names(tree.scope_names());
  if (!known)
    return known.error();
  const auto running = table.head();
  if (!running && !is_gone(running.error()))
    return running.error();
  const std::uint32_t counted = running ? running->slots : 0;
  const auto names = assign_slots(
      *known, scopes.names, [&](std::uint32_t slot) { return (counted >> slot & 1) != 0 || is_held(tree, slot); });
  if (!names)
    return names.error();
  const auto pages = make_pages(table, scopes, *names, source, running ? running->generation + 1 : 1);
  if (!pages)
    return pages.error();
  auto staged = table.stage(*pages);
  if (!staged)
    return staged.error();
  if (auto written = write_scope_names(tree.scope_names(), *names); !written)
    return written.error();
  if (auto swapped = staged->commit(); !swapped)
    return swapped.error();
  return head_of(*pages).generation;
}

}  // namespace

Result<ScopeLock> ScopeLock::take(const PinTree& tree, Wait wait) {
  auto lock = DirectoryLock::take(tree.scope_lock(), wait);
  return lock ? Result<ScopeLock>(ScopeLock(std::move(*lock))) : lock.error();
}

Result<std::uint64_t> run_scopes(const ScopeLock& /*lock*/, const PinTree& tree, const ScopeSet& scopes,
                                 const ScopeSource& source) {
  const auto running = ScopeTable::open(tree.scope_table());
  if (running)
    return swap_in(tree, *running, scopes, source);
  if (!is_gone(running.error()))
    return running.error();
  const auto fresh = ScopeTable::create();
  if (!fresh)
    return fresh.error();
  auto generation = swap_in(tree, *fresh, scopes, source);
  if (!generation)
    return generation;
  if (auto pinned = fresh->pin(tree.scope_table()); !pinned)
    return pinned.error();
  return generation;
}

Result<void> check_size(const ScopeSet& scopes) {
  const auto pages = compile(scopes, ScopeSlots(scopes.names.size(), 1), kFirstSlot);
  return pages ? Result<void>() : pages.error();
}

Result<ScopeSource> running_source(const PinTree& tree) {
  const auto table = ScopeTable::open(tree.scope_table());
  if (!table)
    return table.error();
  const auto head = table->head();
  if (!head)
    return head.error();
  ScopeSource source{};
  std::ranges::copy(head->source, source.begin());
  return source;
}

Result<RunningScopes> read_running(const PinTree& tree) {
  const auto table = ScopeTable::open(tree.scope_table());
  if (!table)
    return table.error();
  auto pages = table->read();
  if (!pages)
    return pages.error();
  auto scopes = parse_scopes(text_in(*pages));
  if (!scopes)
    return Error{describe("scopes stored in the table", scopes.error())};
  return RunningScopes{std::move(*scopes), std::move(*pages)};
}

}  // namespace podmeter
