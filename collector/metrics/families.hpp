// SPDX-License-Identifier: Apache-2.0
// Makes the metric families of /metrics from a collection. Pure functions.
#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "collector/read/collection.hpp"
#include "collector/read/problems.hpp"
#include "collector/read/process.hpp"

namespace podmeter {

// The input of /metrics.
struct Snapshot {
  Collection collection;
  ProblemTotals problems{};
  std::optional<ProcessUsage> process;  // if empty, the process_* families are left out
};

// All families in the order of the exposition, also those without series.
std::vector<prometheus::MetricFamily> to_families(const Snapshot& snapshot);

}  // namespace podmeter
