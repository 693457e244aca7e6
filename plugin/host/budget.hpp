// SPDX-License-Identifier: Apache-2.0
// A limit on the time that metering may take.
#pragma once

#include <chrono>
#include <string>

namespace podmeter {

// The time that metering may add to a pod's start or end.
inline constexpr std::chrono::milliseconds kMeteringBudget{2000};

// A time limit from construction to destruction; at most one at a time in a process. When it is spent, system calls
// that wait fail with EINTR, again every quarter of a second. When twice the budget is spent, or the process aborts, it
// writes `reply` to stdout and exits with `status`. Waits that can't be interrupted (the kernel's locks) take longer.
class Budget {
 public:
  Budget(std::chrono::milliseconds budget, std::string reply, int status);
  ~Budget();
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  [[nodiscard]] bool is_spent() const;

 private:
  std::string reply_;
};

}  // namespace podmeter
