// SPDX-License-Identifier: Apache-2.0
// Everything that the tree says, read in one pass: for `podmeter status` and for the collector.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bpf/events/failures.hpp"
#include "bpf/events/repairs.hpp"
#include "bpf/reading/meter_reading.hpp"
#include "bpf/reading/problem.hpp"
#include "bpf/reading/totals.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

// Text that is shown (names of pods, labels' values, errors) is valid UTF-8 without NUL, whatever the tree holds.
struct TreeReading {
  std::vector<MeterReading> meters;      // live and ended; none where the tree can't be listed
  ScopeNames scopes = built_in_names();  // of the meters' slots; none where they can't be read
  Totals totals;
  std::optional<FailureCounts> failures = FailureCounts{};  // none where they can't be read
  std::optional<RepairCounts> repairs = RepairCounts{};     // the same
  std::vector<Problem> problems;  // one for each broken meter and each total's record, one for each other part
  std::chrono::duration<double> took{};
  std::int64_t time_ns = 0;  // nanoseconds since 1970 at which the pass ended
};

// Never fails: what can't be read is among the problems. A meter that ends during the pass is read once, and one that
// is folded into the totals is known for it; one that vanishes is passed over; a broken one doesn't stop the rest. A
// tree that doesn't exist has no meters.
TreeReading read_tree(const PinTree& tree);

std::size_t count_meters(const TreeReading& reading, MeterState state);
std::size_t count_broken_meters(const TreeReading& reading);
// The first problem for that reason; null where there is none.
const Problem* find_problem(const TreeReading& reading, ProblemReason reason);

}  // namespace podmeter
