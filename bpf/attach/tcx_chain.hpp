// SPDX-License-Identifier: Apache-2.0
// The parts of tcx, new in Linux 6.6, that Debian 12's headers and libbpf 1.1 don't name. Source:
// include/uapi/linux/bpf.h of Linux 6.6.
#pragma once

#include <bpf/bpf.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bpf/attach/hook.hpp"
#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"

namespace podmeter {

inline constexpr auto kTcxIngress = static_cast<bpf_attach_type>(46);
inline constexpr auto kTcxEgress = static_cast<bpf_attach_type>(47);
inline constexpr __u32 kTcxBefore = 1U << 3;  // BPF_F_BEFORE: without a relative, at the head of the chain

constexpr bpf_attach_type tcx_type(pm_direction direction) {
  return direction == PM_EGRESS ? kTcxEgress : kTcxIngress;
}

// The programs of an interface of the calling thread's network namespace, as they run, by the kernel's IDs.
struct TcxChain {
  std::string name;  // for messages
  std::vector<std::uint32_t> programs;
};
// EINVAL where the kernel has no tcx, ENOENT where there is no such interface.
Result<TcxChain> tcx_chain(HookPoint at);
// The place in a chain of a program that is in it; 0 is in none, and what a chain begins with comes before it.
OrderAnswer order_in(const TcxChain& chain, std::uint32_t program_id);

// True where the kernel has tcx. It is asked once a process, by listing chains of the loopback interface.
Result<bool> has_tcx();

}  // namespace podmeter
