// SPDX-License-Identifier: Apache-2.0
// Clocks and the middle of many measurements.
#pragma once

#include <cstdint>
#include <vector>

namespace podmeter::bench {

// CLOCK_MONOTONIC.
std::int64_t now_ns();

// The middle one; 0 of none.
double median(std::vector<double> values);
// The medians of a - b and a / b, pair by pair: a change of the clock's speed between rounds can't blur them.
double median_difference(const std::vector<double>& a, const std::vector<double>& b);
double median_ratio(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace podmeter::bench
