// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/read/collection.hpp"

namespace podmeter {

// Text as it can stand in HTML, also inside an attribute's quotes.
std::string escape_html(std::string_view text);

// The page at `/`: for people. Pure.
std::string to_page(const Collection& collection, std::string_view telemetry_path);

}  // namespace podmeter
