// SPDX-License-Identifier: Apache-2.0
// A meter's counters, and the names of their scopes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/abi.h"
#include "bpf/percpu_map.hpp"
#include "bpf/result.hpp"

namespace podmeter {

using CounterMap = PercpuArray<std::uint32_t, pm_counters>;

// Sums over CPUs, in 64-bit integers.
pm_counters sum(const std::vector<pm_counters>& per_cpu);
// What the map pinned at `pin` holds now. ENOENT where nothing is pinned, EPROTOTYPE where it is no counter map.
Result<pm_counters> read_counters(const std::string& pin);

struct Scope {
  pm_scope slot;
  std::string_view name;  // a Prometheus label value
};

// Every scope in use, `other` among them.
inline constexpr Scope kScopes[] = {
    {PM_SCOPE_PUBLIC, "public"}, {PM_SCOPE_PRIVATE, "private"}, {PM_SCOPE_OTHER, "other"}};

}  // namespace podmeter
