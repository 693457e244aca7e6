// SPDX-License-Identifier: Apache-2.0
// The names of the system calls that the plugin makes, for messages.
#include <sys/syscall.h>

#include <map>

#include "tests/tracing/traced.hpp"

namespace podmeter::tests {
namespace {

#define CALL(name) \
  { SYS_##name, #name }
const std::map<std::uint64_t, const char*> kCalls = {
    CALL(brk),
    CALL(set_tid_address),
    CALL(set_robust_list),
    CALL(rseq),
    CALL(prlimit64),
    CALL(readlinkat),
    CALL(getrandom),
    CALL(mprotect),
    CALL(futex),
    CALL(fcntl),
    CALL(read),
    CALL(write),
    CALL(rt_sigaction),
    CALL(setitimer),
    CALL(openat),
    CALL(close),
    CALL(lseek),
    CALL(statfs),
    CALL(mkdirat),
    CALL(setns),
    CALL(socket),
    CALL(setsockopt),
    CALL(getsockopt),
    CALL(getpid),
    CALL(bind),
    CALL(getsockname),
    CALL(sendmsg),
    CALL(recvmsg),
    CALL(flock),
    CALL(faccessat2),
    CALL(uname),
    CALL(dup3),
    CALL(mmap),
    CALL(munmap),
    CALL(symlinkat),
    CALL(unlinkat),
    CALL(getdents64),
    CALL(mount),
    CALL(exit_group),
    CALL(sendto),
    CALL(fchownat),
    CALL(fchmodat),
    CALL(newfstatat),
    CALL(mremap),
    CALL(nanosleep),
    CALL(clock_nanosleep),
#if defined(__x86_64__)
    CALL(arch_prctl),
    CALL(readlink),
    CALL(mkdir),
    CALL(rmdir),
    CALL(unlink),
    CALL(rename),
    CALL(symlink),
    CALL(chown),
    CALL(chmod),
    CALL(access),
#endif
};
#undef CALL

// include/uapi/linux/bpf.h: enum bpf_cmd, in order.
constexpr const char* kBpfCommands[] = {
    "BPF_MAP_CREATE",       "BPF_MAP_LOOKUP_ELEM",     "BPF_MAP_UPDATE_ELEM",  "BPF_MAP_DELETE_ELEM",
    "BPF_MAP_GET_NEXT_KEY", "BPF_PROG_LOAD",           "BPF_OBJ_PIN",          "BPF_OBJ_GET",
    "BPF_PROG_ATTACH",      "BPF_PROG_DETACH",         "BPF_PROG_TEST_RUN",    "BPF_PROG_GET_NEXT_ID",
    "BPF_MAP_GET_NEXT_ID",  "BPF_PROG_GET_FD_BY_ID",   "BPF_MAP_GET_FD_BY_ID", "BPF_OBJ_GET_INFO_BY_FD",
    "BPF_PROG_QUERY",       "BPF_RAW_TRACEPOINT_OPEN", "BPF_BTF_LOAD"};

std::string text_of_bpf(std::uint64_t command) {
  constexpr std::uint64_t kLinkCreate = 28, kLinkUpdate = 29, kLinkDetach = 34;
  if (command < std::size(kBpfCommands))
    return kBpfCommands[command];
  return command == kLinkCreate   ? "BPF_LINK_CREATE"
         : command == kLinkUpdate ? "BPF_LINK_UPDATE"
         : command == kLinkDetach ? "BPF_LINK_DETACH"
                                  : "command " + std::to_string(command);
}

}  // namespace

std::string text_of(const SystemCall& call) {
  if (call.number == SYS_bpf)
    return "bpf " + text_of_bpf(call.arguments[0]);
  const auto known = kCalls.find(call.number);
  return known == kCalls.end() ? "system call " + std::to_string(call.number) : known->second;
}

}  // namespace podmeter::tests
