// SPDX-License-Identifier: Apache-2.0
// Counts of repairs in a tree, of ended meters removed early, and the time of the last reconcile pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/events/event_counts.hpp"

namespace podmeter {

// The order is ABI: it is the index into the map's value. New entries go at the end.
enum class Repair : std::uint8_t {
  kAdopt,     // a pod without a meter was metered
  kReattach,  // a detached meter was attached again
  kEnd,       // a meter whose namespace or interface is gone was ended
  kSweep,     // an unfinished meter was removed
  kScopes,    // a changed scope file was put into use
  kUpgrade,   // a meter's programs were replaced by this version's
};
inline constexpr std::string_view kRepairs[] = {"adopt", "reattach", "end", "sweep", "scopes", "upgrade"};
static_assert(std::size(kRepairs) == static_cast<std::size_t>(Repair::kUpgrade) + 1);
constexpr std::string_view repair_name(Repair repair) {
  return kRepairs[static_cast<std::size_t>(repair)];
}

struct RepairCounts {
  std::uint64_t of[std::size(kRepairs)] = {};
  std::uint64_t evicted = 0;            // ended meters removed before their retention was over
  std::uint64_t last_reconcile_ns = 0;  // end of the last pass, nanoseconds since 1970; 0: never
};

// For the code that records them. The indices below kEvictedCount are for repairs, with room for more kinds.
EventCountsPin repairs_pin(const std::string& path);
inline constexpr std::size_t kEvictedCount = 32, kLastReconcileTime = 33;
// ENOENT where no repair was recorded yet.
Result<RepairCounts> read_repairs(const std::string& pin);

}  // namespace podmeter
