// SPDX-License-Identifier: Apache-2.0
// Content codings of HTTP (RFC 9110, section 8.4): gzip, or none.
#pragma once

#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// Whether a client that sent this Accept-Encoding takes gzip. Without the field, it gets none.
bool accepts_gzip(std::string_view accept_encoding);

Result<std::string> gzip(std::string_view text);

}  // namespace podmeter
