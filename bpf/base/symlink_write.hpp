// SPDX-License-Identifier: Apache-2.0
// Writes the texts that symlink_text.hpp reads.
#pragma once

#include <string>

#include "bpf/base/result.hpp"
#include "bpf/base/symlink_text.hpp"

namespace podmeter {

// ENAMETOOLONG where the text exceeds kSymlinkMax.
Result<void> write_symlink(const std::string& path, const std::string& text);
// Writes, or atomically replaces, the link. One process at a time may call it for a path. It renames a temporary link,
// `path` + "+new", which a process that dies leaves behind.
Result<void> replace_symlink(const std::string& path, const std::string& text);

}  // namespace podmeter
