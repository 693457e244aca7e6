// SPDX-License-Identifier: Apache-2.0
// Which scope a slot of the counters stands for. Kept in the tree as the target of a symbolic link, for whoever reads
// counters: replaced at once, before the table that counts by it. A reader takes the names before and after the
// counters, and both again where the names changed: then no count has a wrong name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"

namespace podmeter {

struct ScopeName {
  std::uint32_t slot = 0;
  std::string name;
  bool removed = false;  // no table counts by it any more; meters may hold counts for it

  bool operator==(const ScopeName&) const = default;
};
// By slot, one name each; without `other`.
using ScopeNames = std::vector<ScopeName>;

inline constexpr std::string_view kOtherScope = "other";  // slot 0's name

// Of a tree that has none yet: the built-in table's, in the slots that abi.h gives them.
ScopeNames built_in_names();

// The built-in ones where there are none.
Result<ScopeNames> read_scope_names(const std::string& path);
// Takes the place of the ones before at once. `path` with a suffix is used on the way.
Result<void> write_scope_names(const std::string& path, const ScopeNames& names);
std::string to_text(const ScopeNames& names);
Result<ScopeNames> parse_scope_names(const std::string& text);

// Names for the next table: who has a slot keeps it, who has none gets a free one, and who is not wanted any more is
// removed. Where no slot is free, one that is not in use is taken from a scope that is not wanted; ENOSPC where there
// is none. `wanted` are at most 14, all different.
Result<ScopeNames> assign_slots(const ScopeNames& known, const std::vector<std::string>& wanted,
                                const std::function<bool(std::uint32_t slot)>& is_in_use);

// A slot and its name.
struct Scope {
  std::uint32_t slot = 0;
  std::string_view name;
};
// The scopes that one meter is shown with, `other` last: those that the table has, and those removed ones that it holds
// counts for. They live as long as `names`.
std::vector<Scope> shown_scopes(const ScopeNames& names, const pm_counters& counters);

}  // namespace podmeter
