// SPDX-License-Identifier: Apache-2.0
// The one part of fault injection that knows the processor: a stopped process's next system call, and what it returns.
#pragma once

#include <sys/types.h>

namespace podmeter::tests {

// At the entry of a system call: it is not done.
void skip_call(pid_t process);
// At its exit: what the program gets for it.
void set_result(pid_t process, long result);

}  // namespace podmeter::tests
