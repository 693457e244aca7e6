// SPDX-License-Identifier: Apache-2.0
// The families that have series for every namespace and every combination of annotation labels. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Bytes and packets by namespace, and by annotation labels; pods without such labels are not in the latter. Monotone:
// what ended meters counted stays in them until the node boots. No series where a total or a meter can't be read, and
// none by labels where there are too many (kLabelledTotalsMax): they would be lower. All values are valid UTF-8.
std::vector<prometheus::MetricFamily> total_families(const Walk& walk);

}  // namespace podmeter
