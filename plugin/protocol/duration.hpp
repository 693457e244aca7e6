// SPDX-License-Identifier: Apache-2.0
// Durations as text.
#pragma once

#include <chrono>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// Parses Go's notation, but whole numbers alone: units ns, us, ms, s, m and h ("15m", "1h30m"). Never negative. The
// error quotes the text.
Result<std::chrono::nanoseconds> parse_duration(const std::string& text);

}  // namespace podmeter
