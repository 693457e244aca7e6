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

// The sums over all CPUs, in 64-bit integers.
pm_counters sum(const std::vector<pm_counters>& per_cpu);
// The counts in the map pinned at `pin`. ENOENT where nothing is pinned; EPROTOTYPE where it is not a counter map.
Result<pm_counters> read_counters(const std::string& pin);

// True where a slot has a count in either direction.
bool holds_counts(const pm_counters& counters, std::uint32_t slot);

}  // namespace podmeter
