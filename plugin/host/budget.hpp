// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace podmeter {

// What metering may take of a pod's start or end.
inline constexpr std::chrono::milliseconds kMeteringBudget{2000};

// A budget of time, while this lives; one at a time in a process. When it is spent, whatever the process waits for in
// the kernel fails with EINTR, again every quarter of a second, and with it the step. Where as long again goes by and
// the process is not done, it writes `reply` to stdout and ends with `status`; so it does where it aborts. What can't
// be interrupted (the kernel's own locks) is waited for.
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
