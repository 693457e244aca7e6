// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/tcx_chain.hpp"

#include "bpf/attach/netlink.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

Result<TcxChain> tcx_chain(std::uint32_t ifindex, pm_direction direction) {
  constexpr std::size_t kLongestChain = 64;  // BPF_MPROG_MAX, include/linux/bpf_mprog.h
  TcxChain chain{std::string(direction_name(direction)) + " tcx chain of interface " + std::to_string(ifindex),
                 std::vector<std::uint32_t>(kLongestChain)};
  struct bpf_prog_query_opts opts {};
  opts.sz = sizeof(opts);
  opts.prog_ids = chain.programs.data();
  opts.prog_cnt = kLongestChain;
  if (bpf_prog_query_opts(static_cast<int>(ifindex), tcx_type(direction), &opts) != 0) {
    const int code = errno;
    return system_error("list " + chain.name, code == ENODEV && !has_interface(ifindex) ? ENOENT : code);
  }
  chain.programs.resize(opts.prog_cnt);
  return chain;
}

}  // namespace podmeter
