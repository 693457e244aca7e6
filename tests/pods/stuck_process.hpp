// SPDX-License-Identifier: Apache-2.0
// A process that is stopped (SIGSTOP) and keeps what it holds.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

// A process that has taken one step and is stuck since (SIGSTOP), with all that it holds: locks, descriptors,
// namespaces. It is killed when this goes.
class StuckProcess {
 public:
  // An error where the step says false.
  static Result<StuckProcess> start(const std::function<bool()>& step);
  // With the directory's lock (flock).
  static Result<StuckProcess> lock(const std::string& directory);
  ~StuckProcess();
  StuckProcess(StuckProcess&& other) noexcept;
  StuckProcess& operator=(StuckProcess&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Dead, and waited for, when this returns.
  void kill();

 private:
  explicit StuckProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_;
};

}  // namespace podmeter::tests
