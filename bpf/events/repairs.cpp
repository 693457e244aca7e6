// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/repairs.hpp"

#include <algorithm>

namespace podmeter {

EventCountsPin repairs_pin(const std::string& path) {
  constexpr std::size_t kCounts = 64;
  return {path, "podmeter_repair", kCounts};
}

Result<RepairCounts> read_repairs(const std::string& pin) {
  const auto read = read_event_counts(repairs_pin(pin));
  if (!read)
    return read.error().in("repairs");
  RepairCounts counts;
  std::copy_n(read->begin(), std::size(kRepairs), counts.of);
  counts.evicted = (*read)[kEvictedCount];
  counts.last_reconcile_ns = (*read)[kLastReconcileTime];
  return counts;
}

}  // namespace podmeter
