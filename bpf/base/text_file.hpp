// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// All that a file holds now; also one of /proc, whose size isn't known before.
Result<std::string> read_text_file(const std::string& path);

}  // namespace podmeter
