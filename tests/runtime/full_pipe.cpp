// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/full_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace podmeter::tests {

FullPipe::FullPipe() {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  reader_ = Fd(ends[0]);
  writer_ = Fd(ends[1]);
  const char page[4096] = {};
  while (::write(writer_.get(), page, sizeof(page)) > 0) {
  }
  REQUIRE(::fcntl(writer_.get(), F_SETFL, 0) == 0);
}

bool FullPipe::become(int descriptor) const {
  return ::dup2(writer_.get(), descriptor) == descriptor;
}

}  // namespace podmeter::tests
