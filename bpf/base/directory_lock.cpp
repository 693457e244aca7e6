// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace podmeter {

Result<DirectoryLock> DirectoryLock::take(const std::string& path, Wait wait) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid())
    return system_error("open '" + path + "'");
  if (::flock(fd.get(), wait == Wait::kYes ? LOCK_EX : LOCK_EX | LOCK_NB) != 0)
    return system_error("lock '" + path + "'", errno == EWOULDBLOCK ? EBUSY : errno);
  return DirectoryLock(std::move(fd));
}

bool DirectoryLock::is_at(const std::string& path) const {
  struct stat here {
  }, there{};
  return ::fstat(fd_.get(), &here) == 0 && ::lstat(path.c_str(), &there) == 0 && here.st_dev == there.st_dev &&
         here.st_ino == there.st_ino;
}

}  // namespace podmeter
