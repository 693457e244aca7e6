// SPDX-License-Identifier: Apache-2.0
// A pipe that blocks its writer.
#pragma once

#include "bpf/base/fd.hpp"

namespace podmeter::tests {

// A pipe that has no room left and that nobody reads: who writes to it waits.
class FullPipe {
 public:
  FullPipe();

  // For a program's first step: whether the pipe is now what it writes to by that descriptor.
  [[nodiscard]] bool become(int descriptor) const;

 private:
  Fd reader_, writer_;
};

}  // namespace podmeter::tests
