// SPDX-License-Identifier: Apache-2.0
// A clsact filter: what a meter attaches by where the kernel has no tcx.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/attach/hook.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// Ours, so that nobody else's filter is replaced or removed. Priority 1 runs first.
inline constexpr std::uint32_t kClsactHandle = 0x706d;
inline constexpr std::uint32_t kClsactPriority = 1;

// For messages.
std::string filter_name(HookPoint at);
// Puts the program there, and a clsact qdisc where there is none; takes the place of a filter that was left behind.
Result<void> add_filter(HookPoint at, int program);
// The kernel's ID of the program in it. ENOENT where there is no such filter, qdisc or interface.
Result<std::uint32_t> filter_program_id(HookPoint at);
// The handle of the first filter that a packet meets there. ENOENT where there is none.
Result<std::uint32_t> first_filter(HookPoint at);
// The qdisc stays: it may be shared.
Result<void> remove_filter(HookPoint at);

}  // namespace podmeter
