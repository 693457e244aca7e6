// SPDX-License-Identifier: Apache-2.0
// A user namespace of a test's own.
#pragma once

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter::tests {

// A user namespace whose root is nobody outside of it; a process in it has every capability over what it owns.
class UserNs {
 public:
  static Result<UserNs> create();

  [[nodiscard]] int fd() const { return fd_.get(); }
  // Makes the calling process, which has one thread, its root. For a child process: there is no way back.
  [[nodiscard]] bool become_root() const;

 private:
  explicit UserNs(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace podmeter::tests
