// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/symlink_text.hpp"

#include <unistd.h>

namespace podmeter {

Result<std::string> read_symlink(const std::string& path) {
  std::string text(kSymlinkMax + 1, '\0');
  const ssize_t size = ::readlink(path.c_str(), text.data(), text.size());
  if (size < 0)
    return system_error("read link '" + path + "'");
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace podmeter
