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

int keep_handle(nl_msg* message, void* handles) {
  const auto* filter = static_cast<const tcmsg*>(nlmsg_data(nlmsg_hdr(message)));
  static_cast<std::vector<std::uint32_t>*>(handles)->push_back(filter->tcm_handle);
  return filter->tcm_handle == 0 ? NL_OK : NL_STOP;
}

// Of the filters at that place, in the kernel's order, up to the first that is not a list: a pod can add very many.
Result<std::vector<std::uint32_t>> list_handles(const ClsactFilter& filter) {
  std::vector<std::uint32_t> handles;
  tcmsg asked{};
  asked.tcm_family = AF_UNSPEC;
  asked.tcm_ifindex = static_cast<int>(filter.ifindex);
  asked.tcm_parent = TC_H_MAKE(TC_H_CLSACT, filter.direction == PM_EGRESS ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
  if (auto dumped = dump(RTM_GETTFILTER, asked, keep_handle, &handles); !dumped)
    return dumped.error();
  return handles;
}

int keep_interface(nl_msg* message, void* interfaces) {
  const auto* qdisc = static_cast<const tcmsg*>(nlmsg_data(nlmsg_hdr(message)));
  if (qdisc->tcm_parent == TC_H_CLSACT)
    static_cast<std::vector<int>*>(interfaces)->push_back(qdisc->tcm_ifindex);
  return NL_OK;
}

Result<bool> has_qdisc(std::uint32_t ifindex) {
  std::vector<int> interfaces;
  if (auto dumped = dump(RTM_GETQDISC, {}, keep_interface, &interfaces); !dumped)
    return dumped.error().in("list the qdiscs");
  return std::ranges::find(interfaces, static_cast<int>(ifindex)) != interfaces.end();
}

// A filter can't be there where its qdisc or interface isn't. The kernel answers EINVAL and ENODEV then, but not then
// alone: it is asked for the qdisc and the interface themselves.
Error filter_error(const std::string& doing, int code, const ClsactFilter& filter) {
  bool is_gone = code == ENODEV && !has_interface(filter.ifindex);
  if (code == EINVAL) {
    const auto qdisc = has_qdisc(filter.ifindex);
    if (!qdisc)
      return qdisc.error().in(doing);
    is_gone = !*qdisc;
  }
  return system_error(doing, is_gone ? ENOENT : code);
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
    return filter_error("find " + name_of(filter), -failed, filter);
  return opts.prog_id;
}

// The kernel lists filters as it asks them: by priority, then as they stand in their list, where the newest is the
// first (net/sched/cls_bpf.c, cls_bpf_change). A list itself comes before its filters, with handle 0.
Result<std::uint32_t> first_filter(const ClsactFilter& filter) {
  const auto handles = list_handles(filter);
  if (!handles)
    return handles.error().in("list the filters before " + name_of(filter));
  const auto first = std::ranges::find_if(*handles, [](std::uint32_t handle) { return handle != 0; });
  return first == handles->end() ? system_error("find " + name_of(filter), ENOENT) : Result<std::uint32_t>(*first);
}

Result<void> remove_filter(const ClsactFilter& filter) {
  const auto hook = hook_of(filter);
  const auto opts = our_filter();
  if (const int failed = bpf_tc_detach(&hook, &opts); failed != 0)
    return filter_error("remove " + name_of(filter), -failed, filter);
  return {};
}

}  // namespace podmeter
