// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/symlink_text.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace podmeter {
namespace {

// readlink(2) says EINVAL of anything else, but not of that alone. True where it can't be told.
bool is_symlink(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0 || S_ISLNK(status.st_mode);
}

}  // namespace

Result<std::string> read_symlink(const std::string& path) {
  char text[kSymlinkMax + 1];
  const ssize_t size = ::readlink(path.c_str(), text, sizeof(text));
  const int code = errno;
  if (size < 0 && code == EINVAL && !is_symlink(path))
    return Error{"read link '" + path + "': it isn't a symbolic link", EPROTOTYPE};
  if (size < 0)
    return system_error("read link '" + path + "'", code);
  return std::string(text, static_cast<std::size_t>(size));  // takes no more memory than the text
}

}  // namespace podmeter
