// SPDX-License-Identifier: Apache-2.0
// A meter's counters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/percpu_map.hpp"

namespace podmeter {

using CounterMap = PercpuArray<std::uint32_t, pm_counters>;

// Sums over CPUs, in 64-bit integers.
pm_counters sum(const std::vector<pm_counters>& per_cpu);
// What the map pinned at `pin` holds now. ENOENT where nothing is pinned, EPROTOTYPE where it is no counter map.
Result<pm_counters> read_counters(const std::string& pin);

// Whether anything was counted in a slot, in either direction.
bool holds_counts(const pm_counters& counters, std::uint32_t slot);

}  // namespace podmeter
