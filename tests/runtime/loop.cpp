// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/loop.hpp"

#include <utility>

namespace podmeter::tests {

Loop::Loop(std::function<Result<void>()> step) : step_(std::move(step)), thread_([this] { run(); }) {}

Loop::~Loop() {
  (void)finish();
}

void Loop::run() {
  while (!ended_) {
    if (const auto taken = step_(); !taken) {
      steps_ = taken.error();
      return;
    }
    ++*steps_;
  }
}

Result<int> Loop::finish() {
  ended_ = true;
  if (thread_.joinable())
    thread_.join();
  return steps_;
}

}  // namespace podmeter::tests
