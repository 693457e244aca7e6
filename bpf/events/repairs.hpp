// SPDX-License-Identifier: Apache-2.0
// What was repaired in a tree, and what had to go early, counted in bpffs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/events/event_counts.hpp"

namespace podmeter {

// Order is ABI: an index into the map's value. New ones go at the end.
enum class Repair : std::uint8_t {
  kAdopt,     // a pod that ran without a meter has one
  kReattach,  // a meter that was detached counts again
  kEnd,       // a meter whose namespace or interface was gone is ended
  kSweep,     // what was left of making a meter is gone
  kScopes,    // a changed scope file runs
  kUpgrade,   // a meter runs this version's programs
};
inline constexpr std::string_view kRepairs[] = {"adopt", "reattach", "end", "sweep", "scopes", "upgrade"};
static_assert(std::size(kRepairs) == static_cast<std::size_t>(Repair::kUpgrade) + 1);
constexpr std::string_view repair_name(Repair repair) {
  return kRepairs[static_cast<std::size_t>(repair)];
}

struct RepairCounts {
  std::uint64_t of[std::size(kRepairs)] = {};
  std::uint64_t evicted = 0;            // ended meters folded into the totals before their retention was over
  std::uint64_t last_reconcile_ns = 0;  // nanoseconds since 1970 at which a pass ended; 0 where there was none
};

// Where they are pinned, for who records them. Indices below kEvictedCount are repairs, and have room for more kinds.
EventCountsPin repairs_pin(const std::string& path);
inline constexpr std::size_t kEvictedCount = 32, kLastReconcileTime = 33;
// ENOENT where nothing was recorded yet.
Result<RepairCounts> read_repairs(const std::string& pin);

}  // namespace podmeter
