// SPDX-License-Identifier: Apache-2.0
// Short texts in bpffs, stored as the targets of symbolic links: created atomically, and read without privileges.
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// A symbolic link's target has at most PATH_MAX - 1 bytes.
inline constexpr std::size_t kSymlinkMax = 4095;

// EPROTOTYPE where something else than a symbolic link is there.
Result<std::string> read_symlink(const std::string& path);

}  // namespace podmeter
