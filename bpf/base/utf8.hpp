// SPDX-License-Identifier: Apache-2.0
// Text that others made, fit for an exposition, for JSON and for a page.
#pragma once

#include <string>
#include <string_view>

namespace podmeter {

// The text as UTF-8 (RFC 3629) without NUL: every byte that belongs to no valid sequence, and every NUL, becomes
// U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace podmeter
