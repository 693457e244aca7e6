// SPDX-License-Identifier: Apache-2.0
// The metric families with series for each meter. Pure functions.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Bytes, packets, info, start and audit of each meter. The label `meter` makes series unique. A scope without counts
// has series of 0, because increase() ignores the first value of a series. A removed scope has series for meters that
// hold counts for it.
std::vector<prometheus::MetricFamily> meter_families(const TreeReading& reading);

}  // namespace podmeter
