// SPDX-License-Identifier: Apache-2.0
#include "bpf/clsact.hpp"

#include <bpf/libbpf.h>

#include <string>

#include "bpf/pin_tree.hpp"

namespace podmeter {
namespace {

bpf_tc_hook hook_of(const ClsactFilter& filter) {
  bpf_tc_hook hook{};
  hook.sz = sizeof(hook);
  hook.ifindex = static_cast<int>(filter.ifindex);
  hook.attach_point = filter.direction == PM_EGRESS ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  return hook;
}

bpf_tc_opts our_filter() {
  bpf_tc_opts opts{};
  opts.sz = sizeof(opts);
  opts.handle = kClsactHandle;
  opts.priority = kClsactPriority;
  return opts;
}

std::string name_of(const ClsactFilter& filter) {
  return std::string(direction_name(filter.direction)) + " clsact filter on interface " +
         std::to_string(filter.ifindex);
}

// The kernel answers EINVAL where there is no clsact qdisc, ENODEV where there is no interface.
int gone_code(int code) {
  return code == EINVAL || code == ENODEV ? ENOENT : code;
}

}  // namespace

Result<void> add_filter(const ClsactFilter& filter, int program) {
  auto hook = hook_of(filter);
  hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
  if (const int failed = bpf_tc_hook_create(&hook); failed != 0 && failed != -EEXIST)
    return system_error("create clsact qdisc on interface " + std::to_string(filter.ifindex), -failed);
  hook = hook_of(filter);
  auto opts = our_filter();
  opts.prog_fd = program;
  opts.flags = BPF_TC_F_REPLACE;
  if (const int failed = bpf_tc_attach(&hook, &opts); failed != 0)
    return system_error("add " + name_of(filter), -failed);
  return {};
}

Result<std::uint32_t> filter_program_id(const ClsactFilter& filter) {
  const auto hook = hook_of(filter);
  auto opts = our_filter();
  if (const int failed = bpf_tc_query(&hook, &opts); failed != 0)
    return system_error("find " + name_of(filter), gone_code(-failed));
  return opts.prog_id;
}

Result<void> remove_filter(const ClsactFilter& filter) {
  const auto hook = hook_of(filter);
  const auto opts = our_filter();
  if (const int failed = bpf_tc_detach(&hook, &opts); failed != 0)
    return system_error("remove " + name_of(filter), gone_code(-failed));
  return {};
}

}  // namespace podmeter
