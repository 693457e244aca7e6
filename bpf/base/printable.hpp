// SPDX-License-Identifier: Apache-2.0
// Text from outside, for messages.
#pragma once

#include <string>
#include <string_view>

namespace podmeter {

// The first 80 bytes, with '?' for each control or non-ASCII byte, and "..." where the text is longer.
std::string printable(std::string_view text);

}  // namespace podmeter
