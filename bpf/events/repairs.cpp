// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/repairs.hpp"

#include <algorithm>

#include "bpf/events/event_counts.hpp"

namespace podmeter {
namespace {

// Room for repairs to come before the others.
constexpr std::size_t kEvicted = 32, kLastReconcile = 33, kCounts = 64;

TallyPin tally(const std::string& pin) {
  return {pin, "podmeter_repair", kCounts};
}

}  // namespace

Result<void> record_repair(const std::string& pin, Repair repair) {
  return add_to(tally(pin), static_cast<std::size_t>(repair), 1);
}

Result<void> record_evicted(const std::string& pin, std::size_t meters) {
  return add_to(tally(pin), kEvicted, meters);
}

Result<void> record_reconcile(const std::string& pin, std::int64_t now_ns) {
  return set_to(tally(pin), kLastReconcile, static_cast<std::uint64_t>(now_ns));
}

Result<RepairCounts> read_repairs(const std::string& pin) {
  const auto read = read_tally(tally(pin));
  if (!read)
    return read.error().in("repairs");
  RepairCounts counts;
  std::copy_n(read->begin(), std::size(kRepairs), counts.of);
  counts.evicted = (*read)[kEvicted];
  counts.last_reconcile_ns = (*read)[kLastReconcile];
  return counts;
}

}  // namespace podmeter
