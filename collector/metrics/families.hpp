// SPDX-License-Identifier: Apache-2.0
// From a collection to the families of /metrics. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "collector/read/collection.hpp"
#include "collector/read/problems.hpp"
#include "collector/read/process.hpp"

namespace podmeter {

// Everything that /metrics shows.
struct Snapshot {
  Collection collection;
  ProblemTotals problems{};
  std::optional<ProcessUsage> process;  // without it, there are no process_* families
};

// Every family, also those that have no series; in the order of their exposition.
std::vector<prometheus::MetricFamily> to_families(const Snapshot& snapshot);

}  // namespace podmeter
