// SPDX-License-Identifier: Apache-2.0
// The families of /metrics: the tree, and the collector itself. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "bpf/reading/tree_reading.hpp"
#include "collector/read/problems.hpp"
#include "collector/read/process.hpp"

namespace podmeter {

// Every family, also those that have no series; in the order of their exposition. `problems` are those of all passes.
// Without `process` there are no process_* families.
std::vector<prometheus::MetricFamily> to_families(const TreeReading& reading, const ProblemTotals& problems,
                                                  const std::optional<ProcessUsage>& process);

}  // namespace podmeter
