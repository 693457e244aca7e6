// SPDX-License-Identifier: Apache-2.0
// One pass over the tree: everything that a page shows, and what could not be read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/events/failures.hpp"
#include "bpf/events/repairs.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// What of the tree a pass failed to read. The names are the values of the label `reason`.
enum class CollectReason : std::uint8_t {
  kName,
  kIdentity,
  kCounters,
  kTree,
  kFailures,
  kScopes,
  kTotals,
  kRepairTally
};
inline constexpr std::string_view kCollectReasons[] = {"name",     "identity", "counters", "tree",
                                                       "failures", "scopes",   "totals",   "repairs"};

// Something that could not be read, and where it is.
struct Problem {
  CollectReason reason = CollectReason::kTree;
  std::string path;
  Error error;
};

struct Collection {
  Walk walk;                                                // empty where the tree can't be listed
  std::optional<FailureCounts> failures = FailureCounts{};  // none where it can't be read
  std::optional<RepairCounts> repairs = RepairCounts{};     // the same
  std::vector<Problem> problems;  // one for each broken meter, and for the tree, the tallies, the scopes' names and the
                                  // totals where they are at fault
  std::chrono::duration<double> took{};
  std::int64_t time_ns = 0;  // nanoseconds since 1970 at which the pass ended
};

// Never fails: what can't be read is among the problems.
Collection collect(const PinTree& tree);

std::size_t count(const Collection& collection, MeterState state);

}  // namespace podmeter
