// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/tcx_chain.hpp"

#include <optional>

#include "bpf/attach/netlink.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

Result<TcxChain> tcx_chain(HookPoint at) {
  constexpr std::size_t kLongestChain = 64;  // BPF_MPROG_MAX, include/linux/bpf_mprog.h
  TcxChain chain{std::string(direction_name(at.direction)) + " tcx chain of interface " + std::to_string(at.ifindex),
                 std::vector<std::uint32_t>(kLongestChain)};
  struct bpf_prog_query_opts opts {};
  opts.sz = sizeof(opts);
  opts.prog_ids = chain.programs.data();
  opts.prog_cnt = kLongestChain;
  if (bpf_prog_query_opts(static_cast<int>(at.ifindex), tcx_type(at.direction), &opts) != 0) {
    const int code = errno;
    return system_error("list " + chain.name, code == ENODEV && !has_interface(at.ifindex) ? ENOENT : code);
  }
  chain.programs.resize(opts.prog_cnt);
  return chain;
}

OrderAnswer order_in(const TcxChain& chain, std::uint32_t program_id) {
  if (chain.programs.empty() || chain.programs.front() == program_id)
    return {};
  return {Order::kPreceded,
          "program " + std::to_string(chain.programs.front()) + " is before podmeter's in the " + chain.name};
}

// A kernel without tcx knows the attach type of neither direction (kernel/bpf/syscall.c, bpf_prog_query): EINVAL. One
// EINVAL alone is something else.
Result<bool> has_tcx() {
  constexpr std::uint32_t kLoopback = 1;  // LOOPBACK_IFINDEX, include/net/net_namespace.h
  static std::optional<bool> known;
  for (const auto direction : kDirections) {
    if (known)
      break;
    const auto chain = tcx_chain({kLoopback, direction});
    if (chain)
      known = true;
    else if (chain.error().code != EINVAL)
      return chain.error().in("ask whether the kernel has tcx");
  }
  known = known.value_or(false);
  return *known;
}

}  // namespace podmeter
