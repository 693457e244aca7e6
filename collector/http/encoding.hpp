// SPDX-License-Identifier: Apache-2.0
// Content codings of HTTP (RFC 9110, section 8.4): gzip, or none.
#pragma once

#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// True where this Accept-Encoding field allows gzip; false where it is empty.
bool accepts_gzip(std::string_view accept_encoding);

Result<std::string> gzip(std::string_view text);

}  // namespace podmeter
