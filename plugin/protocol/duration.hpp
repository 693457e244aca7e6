// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// Go's notation, as Kubernetes and Prometheus users write it: whole numbers with units ns, us, ms, s, m or h ("15m",
// "1h30m"). Never negative.
Result<std::chrono::nanoseconds> parse_duration(const std::string& text);

}  // namespace podmeter
