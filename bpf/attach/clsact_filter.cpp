// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/clsact_filter.hpp"

#include <bpf/libbpf.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "bpf/tree/pin_tree.hpp"

namespace podmeter {
namespace {

using Socket = std::unique_ptr<nl_sock, decltype(&nl_socket_free)>;

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

bool has_interface(std::uint32_t ifindex) {
  char name[IF_NAMESIZE];
  return ::if_indextoname(ifindex, name) != nullptr;
}

// The kernel answers EINVAL where there is no clsact qdisc, ENODEV where there is no interface.
int gone_code(int code, const ClsactFilter& filter) {
  return code == EINVAL || (code == ENODEV && !has_interface(filter.ifindex)) ? ENOENT : code;
}

Error netlink_error(int code) {
  return {nl_geterror(code)};
}

int keep_handle(nl_msg* message, void* handles) {
  const auto* filter = static_cast<const tcmsg*>(nlmsg_data(nlmsg_hdr(message)));
  static_cast<std::vector<std::uint32_t>*>(handles)->push_back(filter->tcm_handle);
  return filter->tcm_handle == 0 ? NL_OK : NL_STOP;
}

// Of the filters at that place, in the kernel's order, up to the first that is no list: a pod can add very many.
// (libnl's own filters come with a module for each kind, which a static program hasn't.)
Result<std::vector<std::uint32_t>> list_handles(const ClsactFilter& filter) {
  const Socket socket(nl_socket_alloc(), nl_socket_free);
  if (!socket)
    return system_error("make a netlink socket", ENOMEM);
  if (const int failed = nl_connect(socket.get(), NETLINK_ROUTE); failed < 0)
    return netlink_error(failed);
  std::vector<std::uint32_t> handles;
  nl_socket_modify_cb(socket.get(), NL_CB_VALID, NL_CB_CUSTOM, keep_handle, &handles);
  tcmsg asked{};
  asked.tcm_family = AF_UNSPEC;
  asked.tcm_ifindex = static_cast<int>(filter.ifindex);
  asked.tcm_parent = TC_H_MAKE(TC_H_CLSACT, filter.direction == PM_EGRESS ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
  if (const int failed = nl_send_simple(socket.get(), RTM_GETTFILTER, NLM_F_DUMP, &asked, sizeof(asked)); failed < 0)
    return netlink_error(failed);
  if (const int failed = nl_recvmsgs_default(socket.get()); failed < 0)
    return netlink_error(failed);
  return handles;
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
    return system_error("find " + name_of(filter), gone_code(-failed, filter));
  return opts.prog_id;
}

// The kernel lists filters as it asks them: by priority, then as they stand in their list, where the newest is the
// first (net/sched/cls_bpf.c, cls_bpf_change). A list itself comes before its filters, with handle 0.
Result<void> check_first_filter(const ClsactFilter& filter) {
  const auto handles = list_handles(filter);
  if (!handles)
    return handles.error().in("list the filters before " + name_of(filter));
  for (const auto handle : *handles) {
    if (handle == kClsactHandle)
      return {};
    if (handle != 0)
      return Error{"filter " + std::to_string(handle) + " runs before podmeter's " + name_of(filter)};
  }
  return system_error("find " + name_of(filter), ENOENT);
}

Result<void> remove_filter(const ClsactFilter& filter) {
  const auto hook = hook_of(filter);
  const auto opts = our_filter();
  if (const int failed = bpf_tc_detach(&hook, &opts); failed != 0)
    return system_error("remove " + name_of(filter), gone_code(-failed, filter));
  return {};
}

}  // namespace podmeter
