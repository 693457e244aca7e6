// SPDX-License-Identifier: Apache-2.0
// A step that is repeated beside a test.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

// Takes a step over and over in a thread of its own, beside what a test does. The first failure ends it. A step makes
// no assertion: Catch2's are for one thread.
class Loop {
 public:
  explicit Loop(std::function<Result<void>()> step);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Waits for the step under way. How many went well, or why one did not.
  Result<int> finish();

 private:
  void run();

  std::function<Result<void>()> step_;
  std::atomic<bool> ended_ = false;
  Result<int> steps_ = 0;  // the thread's, until it is joined
  std::thread thread_;
};

}  // namespace podmeter::tests
