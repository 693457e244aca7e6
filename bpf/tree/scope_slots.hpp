// SPDX-License-Identifier: Apache-2.0
// Assigns slots of the counters to the scopes of a new table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

// Names for a new table with the scopes `wanted` (at most 14, all different). A known scope keeps its slot; one that is
// not wanted is marked as removed; a new one gets a free slot, or else the slot of a removed scope that is not in use.
// ENOSPC where every slot is in use.
Result<ScopeNames> assign_slots(const ScopeNames& known, const std::vector<std::string>& wanted,
                                const std::function<bool(std::uint32_t slot)>& is_in_use);

// Replaces the names atomically, as replace_symlink() does.
Result<void> write_scope_names(const std::string& path, const ScopeNames& names);

}  // namespace podmeter
