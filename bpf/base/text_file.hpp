// SPDX-License-Identifier: Apache-2.0
// Reads files.
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// The whole text of a file, in /proc too, where stat() says a size of 0.
Result<std::string> read_text_file(const std::string& path);
// The same where others may have put something else: waits for nothing. EPROTOTYPE where it is not a file.
Result<std::string> read_regular_file(const std::string& path);

}  // namespace podmeter
