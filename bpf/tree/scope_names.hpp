// SPDX-License-Identifier: Apache-2.0
// The scope's name of each slot of the counters, stored in the tree as the target of a symbolic link. It is replaced
// atomically, before the table that uses it. A reader reads the names, the counters and the names again, and starts
// over if the names changed; otherwise counts could get a wrong name.
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
  bool removed = false;  // no table uses it any more; meters may still hold counts for it

  bool operator==(const ScopeName&) const = default;
};
// Sorted by slot; each slot and each name once; without `other`.
using ScopeNames = std::vector<ScopeName>;

// True where a scope has that slot, or that name.
bool has_slot(const ScopeNames& names, std::uint32_t slot);
bool has_name(const ScopeNames& names, std::string_view name);

inline constexpr std::string_view kOtherScope = "other";  // slot 0's name

// The built-in table's names, in the slots that abi.h gives them. They hold for a tree without names.
ScopeNames built_in_names();

// Reads the names; built_in_names() where none are stored yet.
Result<ScopeNames> read_scope_names(const std::string& path);
std::string to_text(const ScopeNames& names);
Result<ScopeNames> parse_scope_names(const std::string& text);

// A slot and its name.
struct Scope {
  std::uint32_t slot = 0;
  std::string_view name;
};
// The scopes to show for a meter, `other` last: those in use, and removed ones for which it holds counts. The result
// points into `names`.
std::vector<Scope> shown_scopes(const ScopeNames& names, const pm_counters& counters);

}  // namespace podmeter
