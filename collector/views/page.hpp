// SPDX-License-Identifier: Apache-2.0
// The tree for people: HTML.
#pragma once

#include <string>
#include <string_view>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Text as it can stand in HTML, also inside an attribute's quotes.
std::string escape_html(std::string_view text);

// The page at `/`: for people. Pure.
std::string to_page(const TreeReading& reading, std::string_view telemetry_path);

}  // namespace podmeter
