// SPDX-License-Identifier: Apache-2.0
// The metric families with series for each namespace and each combination of annotation labels. Pure functions.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Bytes and packets by namespace, and by annotation labels for the pods that have some. The values never decrease until
// the node boots: counts of ended meters stay in them. There are no series while a total or a meter can't be read, and
// none by labels beyond kLabelledTotalsMax combinations, because their values would be too low. All label values are
// valid UTF-8.
std::vector<prometheus::MetricFamily> total_families(const Walk& walk);

}  // namespace podmeter
