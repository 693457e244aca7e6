// SPDX-License-Identifier: Apache-2.0
// The text exposition format.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace podmeter {

inline constexpr char kExpositionType[] = "text/plain; version=0.0.4; charset=utf-8";

// The families in Prometheus' text format 0.0.4. Integers up to 2^53 are exact.
std::string to_exposition(std::vector<prometheus::MetricFamily> families);

}  // namespace podmeter
