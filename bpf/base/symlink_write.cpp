// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/symlink_write.hpp"

#include <unistd.h>

#include <cstdio>

namespace podmeter {

Result<void> write_symlink(const std::string& path, const std::string& text) {
  if (::symlink(text.c_str(), path.c_str()) != 0)
    return system_error("write '" + path + "'");
  return {};
}

Result<void> replace_symlink(const std::string& path, const std::string& text) {
  const std::string fresh = path + "+new";
  ::unlink(fresh.c_str());
  if (auto written = write_symlink(fresh, text); !written)
    return written;
  if (::rename(fresh.c_str(), path.c_str()) == 0)
    return {};
  auto error = system_error("replace '" + path + "'");
  ::unlink(fresh.c_str());
  return error;
}

}  // namespace podmeter
