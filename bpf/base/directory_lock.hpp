// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// A directory of the tree, locked: one process has it at a time, others are kept out by agreement. Released when this
// goes, or the process. The lock is the directory's: it stays where the directory is moved.
class DirectoryLock {
 public:
  enum class Wait : std::uint8_t { kYes, kNo };
  // ENOENT where there is no such directory; EINTR where a signal ends the wait; EBUSY where there was none and another
  // has it.
  static Result<DirectoryLock> take(const std::string& path, Wait wait);

  // Whether the directory at `path` is the one that is locked.
  [[nodiscard]] bool is_at(const std::string& path) const;

 private:
  explicit DirectoryLock(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace podmeter
