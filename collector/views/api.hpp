// SPDX-License-Identifier: Apache-2.0
// The tree for programs that are not Prometheus. Integers are exact up to 2^64 - 1. Pure.
#pragma once

#include <string>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// One JSON object, that of bpf/reading/reading_json.hpp.
std::string to_pods_json(const TreeReading& reading);

// One JSON object a line for each meter, direction and scope, flat but for `labels`: ClickHouse's JSONEachRow. The row
// with the greatest `time_ns` (since 1970) is the newest of its meter, direction and scope.
std::string to_counter_lines(const TreeReading& reading);

}  // namespace podmeter
