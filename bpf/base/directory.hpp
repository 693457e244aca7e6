// SPDX-License-Identifier: Apache-2.0
// Lists directories.
#pragma once

#include <string>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter {

// The names in a directory, without "." and "..", in any order.
Result<std::vector<std::string>> list_directory(const std::string& path);
// The same, and no names where there is no such directory.
Result<std::vector<std::string>> list_if_exists(const std::string& path);
// False for ENOENT and ENOTDIR alone: a path that can't be examined counts as existing.
bool exists(const std::string& path);

}  // namespace podmeter
