// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/scope_slots.hpp"

#include <algorithm>

#include "bpf/base/symlink_write.hpp"

namespace podmeter {
namespace {

// The lowest slot without a name.
std::uint32_t free_slot(const ScopeNames& names) {
  std::uint32_t slot = 1;
  while (has_slot(names, slot))
    slot++;
  return slot;
}

// Frees a slot for one more name, if needed.
Result<void> make_room(ScopeNames& names, const std::function<bool(std::uint32_t)>& is_in_use) {
  if (free_slot(names) < PM_SCOPES - 1)
    return {};
  const auto unused =
      std::ranges::find_if(names, [&](const ScopeName& each) { return each.removed && !is_in_use(each.slot); });
  if (unused == names.end())
    return Error{
        "no slot is free for a new scope: a removed scope keeps its slot until the next change of the scopes, "
        "and while any meter holds counts for it",
        ENOSPC};
  names.erase(unused);
  return {};
}

}  // namespace

Result<void> write_scope_names(const std::string& path, const ScopeNames& names) {
  if (auto replaced = replace_symlink(path, to_text(names)); !replaced)
    return replaced.error().in("scope names");
  return {};
}

Result<ScopeNames> assign_slots(const ScopeNames& known, const std::vector<std::string>& wanted,
                                const std::function<bool(std::uint32_t)>& is_in_use) {
  ScopeNames names = known;
  for (auto& each : names)
    each.removed = std::ranges::find(wanted, each.name) == wanted.end();
  for (const auto& name : wanted) {
    if (has_name(names, name))
      continue;
    if (auto room = make_room(names, is_in_use); !room)
      return room.error();
    names.push_back({free_slot(names), name});
  }
  std::ranges::sort(names, {}, &ScopeName::slot);
  return names;
}

}  // namespace podmeter
