// SPDX-License-Identifier: Apache-2.0
// The metric families with series for each namespace and each combination of annotation labels. Pure functions.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/totals.hpp"

namespace podmeter {

// Bytes and packets by namespace, and by annotation labels for the pods that have some. The values never decrease until
// the node boots: counts of ended meters stay in them. A series that misses counts would decrease, so it is absent:
// those of the namespace and the labels of a record or meter that can't be read, all of them where not even its key can
// be read, and all by labels beyond kLabelledTotalsMax combinations.
std::vector<prometheus::MetricFamily> total_families(const Totals& totals);

}  // namespace podmeter
