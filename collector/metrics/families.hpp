// SPDX-License-Identifier: Apache-2.0
// Makes the metric families of /metrics from one reading of the tree, and from the collector itself. Pure functions.
#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "bpf/reading/tree_reading.hpp"
#include "collector/read/problems.hpp"
#include "collector/read/process.hpp"

namespace podmeter {

// All families in the order of the exposition, also those without series. `problems` are those of all readings. Without
// `process` the process_* families are left out.
std::vector<prometheus::MetricFamily> to_families(const TreeReading& reading, const ProblemTotals& problems,
                                                  const std::optional<ProcessUsage>& process);

}  // namespace podmeter
