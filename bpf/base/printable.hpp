// SPDX-License-Identifier: Apache-2.0
// What others wrote, in a message.
#pragma once

#include <string>
#include <string_view>

namespace podmeter {

// At most 80 bytes, control and non-ASCII bytes shown as '?'.
std::string printable(std::string_view text);

}  // namespace podmeter
