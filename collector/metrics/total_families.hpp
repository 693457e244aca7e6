// SPDX-License-Identifier: Apache-2.0
// The families that have series for every namespace and every combination of annotation labels. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/totals.hpp"

namespace podmeter {

// Bytes and packets by namespace, and by annotation labels; pods without such labels are not in the latter. Monotone:
// counts of ended meters stay in them until the node boots. A series that misses counts would be lower than it was, so
// it is absent: the namespace and the labels of a record or meter that can't be read, every series where not even its
// key can be read, and every one by labels where there are too many of them.
std::vector<prometheus::MetricFamily> total_families(const Totals& totals);

}  // namespace podmeter
