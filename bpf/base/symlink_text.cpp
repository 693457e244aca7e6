// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/symlink_text.hpp"

#include <unistd.h>

namespace podmeter {

Result<std::string> read_symlink(const std::string& path) {
  char text[kSymlinkMax + 1];
  const ssize_t size = ::readlink(path.c_str(), text, sizeof(text));
  if (size < 0)
    return system_error("read link '" + path + "'");
  return std::string(text, static_cast<std::size_t>(size));  // takes no more memory than the text
}

}  // namespace podmeter
