// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/directory.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

namespace podmeter {

Result<std::vector<std::string>> list_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(path.c_str()), ::closedir);
  if (!dir)
    return system_error("list directory '" + path + "'");
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name);
    errno = 0;
  }
  if (errno != 0)
    return system_error("list directory '" + path + "'");
  return names;
}

Result<std::vector<std::string>> list_if_exists(const std::string& path) {
  auto names = list_directory(path);
  if (!names && is_gone(names.error()))
    return std::vector<std::string>();
  return names;
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

}  // namespace podmeter
