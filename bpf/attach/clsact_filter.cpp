// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/clsact_filter.hpp"

#include <bpf/libbpf.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bpf/attach/netlink.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {
namespace {

bpf_tc_hook tc_hook(HookPoint at) {
  bpf_tc_hook hook{};
  hook.sz = sizeof(hook);
  hook.ifindex = static_cast<int>(at.ifindex);
  hook.attach_point = at.direction == PM_EGRESS ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  return hook;
}

bpf_tc_opts our_filter() {
  bpf_tc_opts opts{};
  opts.sz = sizeof(opts);
  opts.handle = kClsactHandle;
  opts.priority = kClsactPriority;
  return opts;
}

// Dumps traffic control's objects of one type, a message at a time. (libnl's own objects come with a module for each
// kind, which a static program hasn't.)
Result<void> dump(int type, const tcmsg& asked, nl_recvmsg_msg_cb_t each, void* argument) {
  const auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  nl_socket_modify_cb(socket->get(), NL_CB_VALID, NL_CB_CUSTOM, each, argument);
  tcmsg request = asked;
  if (const int failed = nl_send_simple(socket->get(), type, NLM_F_DUMP, &request, sizeof(request)); failed < 0)
    return netlink_error("ask rtnetlink", failed);
  if (const int failed = nl_recvmsgs_default(socket->get()); failed < 0)
    return netlink_error("ask rtnetlink", failed);
  return {};
}

tcmsg filters_at(HookPoint at) {
  tcmsg asked{};
  asked.tcm_family = AF_UNSPEC;
  asked.tcm_ifindex = static_cast<int>(at.ifindex);
  asked.tcm_parent = TC_H_MAKE(TC_H_CLSACT, at.direction == PM_EGRESS ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
  return asked;
}

int keep_handle(nl_msg* message, void* handles) {
  const auto* filter = static_cast<const tcmsg*>(nlmsg_data(nlmsg_hdr(message)));
  static_cast<std::vector<std::uint32_t>*>(handles)->push_back(filter->tcm_handle);
  return filter->tcm_handle == 0 ? NL_OK : NL_STOP;
}

// Filters at that place in the kernel's order, up to the first that is not a list: a pod can add very many.
Result<std::vector<std::uint32_t>> list_handles(HookPoint at) {
  std::vector<std::uint32_t> handles;
  if (auto dumped = dump(RTM_GETTFILTER, filters_at(at), keep_handle, &handles); !dumped)
    return dumped.error();
  return handles;
}

int look_for_ours(nl_msg* message, void* found) {
  const auto* filter = static_cast<const tcmsg*>(nlmsg_data(nlmsg_hdr(message)));
  if (filter->tcm_handle == kClsactHandle && filter->tcm_info >> 16 == kClsactPriority)
    *static_cast<bool*>(found) = true;
  return NL_OK;
}

Result<bool> is_listed(HookPoint at) {
  bool found = false;
  if (auto dumped = dump(RTM_GETTFILTER, filters_at(at), look_for_ours, &found); !dumped)
    return dumped.error();
  return found;
}

// Without our filter the kernel answers ENOENT, but EINVAL where there is no qdisc, no filter at all, or another kind's
// list in our priority (net/sched/cls_api.c, tc_get_tfilter), and ENODEV where there is no interface. Neither says so
// alone: the list of filters and the interface do.
Error filter_error(const std::string& doing, int code, HookPoint at) {
  bool is_missing = code == ENODEV && !has_interface(at.ifindex);
  if (code == EINVAL) {
    const auto listed = is_listed(at);
    if (!listed)
      return listed.error().in(doing);
    is_missing = !*listed;
  }
  return system_error(doing, is_missing ? ENOENT : code);
}

}  // namespace

std::string filter_name(HookPoint at) {
  return std::string(direction_name(at.direction)) + " clsact filter on interface " + std::to_string(at.ifindex);
}

Result<void> add_filter(HookPoint at, int program) {
  auto hook = tc_hook(at);
  hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
  if (const int failed = bpf_tc_hook_create(&hook); failed != 0 && failed != -EEXIST)
    return system_error("create clsact qdisc on interface " + std::to_string(at.ifindex), -failed);
  hook = tc_hook(at);
  auto opts = our_filter();
  opts.prog_fd = program;
  opts.flags = BPF_TC_F_REPLACE;
  if (const int failed = bpf_tc_attach(&hook, &opts); failed != 0)
    return system_error("add " + filter_name(at), -failed);
  return {};
}

// The kernel lists filters as it asks them: by priority, then as they stand in their list, where the newest is the
// first (net/sched/cls_bpf.c, cls_bpf_change). A list itself comes before its filters, with handle 0.
Result<std::uint32_t> first_filter(HookPoint at) {
  const auto handles = list_handles(at);
  if (!handles)
    return handles.error().in("list the filters before " + filter_name(at));
  const auto first = std::ranges::find_if(*handles, [](std::uint32_t handle) { return handle != 0; });
  return first == handles->end() ? system_error("find " + filter_name(at), ENOENT) : Result<std::uint32_t>(*first);
}

Result<std::uint32_t> filter_program_id(HookPoint at) {
  const auto hook = tc_hook(at);
  auto opts = our_filter();
  if (const int failed = bpf_tc_query(&hook, &opts); failed != 0)
    return filter_error("find " + filter_name(at), -failed, at);
  return opts.prog_id;
}

Result<void> remove_filter(HookPoint at) {
  const auto hook = tc_hook(at);
  const auto opts = our_filter();
  if (const int failed = bpf_tc_detach(&hook, &opts); failed != 0)
    return filter_error("remove " + filter_name(at), -failed, at);
  return {};
}

}  // namespace podmeter
