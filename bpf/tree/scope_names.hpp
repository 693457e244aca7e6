// SPDX-License-Identifier: Apache-2.0
// Which scope a slot of the counters stands for. Kept in the tree as the target of a symbolic link, for whoever reads
// counters: replaced at once, before the table that counts by it. A reader takes the names before and after the
// counters, and both again where the names changed: then no count has a wrong name.
#pragma once

#include <cstdint>
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

// Whether a scope has that slot, or that name.
bool has_slot(const ScopeNames& names, std::uint32_t slot);
bool has_name(const ScopeNames& names, std::string_view name);

inline constexpr std::string_view kOtherScope = "other";  // slot 0's name

// Of a tree that has none yet: the built-in table's, in the slots that abi.h gives them.
ScopeNames built_in_names();

// The built-in ones where there are none.
Result<ScopeNames> read_scope_names(const std::string& path);
std::string to_text(const ScopeNames& names);
Result<ScopeNames> parse_scope_names(const std::string& text);

// A slot and its name.
struct Scope {
  std::uint32_t slot = 0;
  std::string_view name;
};
// The scopes that one meter is shown with, `other` last: those that the table has, and those removed ones that it holds
// counts for. They live as long as `names`.
std::vector<Scope> shown_scopes(const ScopeNames& names, const pm_counters& counters);

}  // namespace podmeter
