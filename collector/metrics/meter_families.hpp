// SPDX-License-Identifier: Apache-2.0
// The families that have series for every meter. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Bytes, packets, info and start of every meter, and what reconcile saw of it. A series is unique by its label `meter`;
// a scope that counted nothing is there, at 0, because increase() can't see what a series held when it first appeared.
// A scope that was removed is there where it counted something.
std::vector<prometheus::MetricFamily> meter_families(const TreeReading& reading);

}  // namespace podmeter
