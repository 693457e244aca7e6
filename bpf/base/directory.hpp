// SPDX-License-Identifier: Apache-2.0
// Directories of bpffs: two levels at most, names without meaning here.
#pragma once

#include <string>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter {

// The names in a directory, but for "." and "..", in no order.
Result<std::vector<std::string>> list_directory(const std::string& path);
// False where there is nothing; what can't be looked at is there.
bool exists(const std::string& path);

}  // namespace podmeter
