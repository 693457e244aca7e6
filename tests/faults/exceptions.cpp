// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/exceptions.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace podmeter::tests {

// main() begins by looking at its standard descriptors.
Exception exception_of(const std::vector<SystemCall>& calls, int error) {
  const auto& last = calls.back();
  if (std::ranges::find(calls, std::uint64_t{SYS_fcntl}, &SystemCall::number) == calls.end())
    return Exception::kStart;
  if (error == EINTR)
    return last.number == SYS_exit_group ? Exception::kEnd : Exception::kNone;
  if (last.number == SYS_read && last.arguments[0] == STDIN_FILENO)
    return Exception::kInput;
  if (last.number == SYS_write && last.arguments[0] == STDOUT_FILENO)
    return Exception::kOutput;
  return last.number == SYS_exit_group ? Exception::kEnd : Exception::kNone;
}

}  // namespace podmeter::tests
