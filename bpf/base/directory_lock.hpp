// SPDX-License-Identifier: Apache-2.0
// Locks on directories, by flock(2).
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// An advisory, exclusive lock on a directory of the tree. Released by the destructor, or when the process ends. A
// directory that is renamed stays locked.
class DirectoryLock {
 public:
  enum class Wait : std::uint8_t { kYes, kNo };
  // ENOENT where the directory doesn't exist; EINTR where a signal ends the wait; EBUSY for Wait::kNo where another
  // process has the lock.
  static Result<DirectoryLock> take(const std::string& path, Wait wait);

  // True where `path` is the locked directory; false where another took its place.
  [[nodiscard]] bool is_at(const std::string& path) const;

 private:
  explicit DirectoryLock(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace podmeter
