// SPDX-License-Identifier: Apache-2.0
// Which slot of the counters each scope of the next table gets.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

// Names for the next table: who has a slot keeps it, who has none gets a free one, and who is not wanted any more is
// removed. Where no slot is free, one that is not in use is taken from a scope that is not wanted; ENOSPC where there
// is none. `wanted` are at most 14, all different.
Result<ScopeNames> assign_slots(const ScopeNames& known, const std::vector<std::string>& wanted,
                                const std::function<bool(std::uint32_t slot)>& is_in_use);

// Takes the place of the names before at once. `path` with a suffix is used on the way.
Result<void> write_scope_names(const std::string& path, const ScopeNames& names);

}  // namespace podmeter
