// SPDX-License-Identifier: Apache-2.0
// Writes the texts that symlink_text.hpp reads.
#pragma once

#include <string>

#include "bpf/base/result.hpp"
#include "bpf/base/symlink_text.hpp"

namespace podmeter {

// ENAMETOOLONG where the text exceeds kSymlinkMax.
Result<void> write_symlink(const std::string& path, const std::string& text);
// Takes the place of the one before, if there is one, at once; one process at a time. `path` with a suffix is used on
// the way, and may be left by a process that died.
Result<void> replace_symlink(const std::string& path, const std::string& text);

}  // namespace podmeter
