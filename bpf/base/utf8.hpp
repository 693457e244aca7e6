// SPDX-License-Identifier: Apache-2.0
// Makes text from outside valid for Prometheus' exposition formats, JSON and HTML.
#pragma once

#include <string>
#include <string_view>

namespace podmeter {

// The text as UTF-8 (RFC 3629) without NUL: U+FFFD replaces each NUL, and each byte outside a valid sequence.
std::string valid_utf8(std::string_view text);

}  // namespace podmeter
