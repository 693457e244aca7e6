// SPDX-License-Identifier: Apache-2.0
#include "tests/tracing/registers.hpp"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <cstddef>

namespace podmeter::tests {

#if defined(__x86_64__)

void skip_call(pid_t process) {
  ::ptrace(PTRACE_POKEUSER, process, offsetof(user, regs.orig_rax), -1L);
}

void set_result(pid_t process, long result) {
  ::ptrace(PTRACE_POKEUSER, process, offsetof(user, regs.rax), result);
}

#elif defined(__aarch64__)

void skip_call(pid_t process) {
  constexpr long kSystemCall = 0x404;  // NT_ARM_SYSTEM_CALL, include/uapi/linux/elf.h
  int number = -1;
  iovec part{&number, sizeof(number)};
  ::ptrace(PTRACE_SETREGSET, process, kSystemCall, &part);
}

void set_result(pid_t process, long result) {
  user_regs_struct registers{};
  iovec all{&registers, sizeof(registers)};
  ::ptrace(PTRACE_GETREGSET, process, long{NT_PRSTATUS}, &all);
  registers.regs[0] = static_cast<unsigned long long>(result);
  ::ptrace(PTRACE_SETREGSET, process, long{NT_PRSTATUS}, &all);
}

#else
#error "how a system call is skipped is not known for this processor"
#endif

}  // namespace podmeter::tests
