// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/network_state.hpp"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <array>
#include <set>

#include "tests/pods/netlink.hpp"

namespace podmeter::tests {
namespace {

// A kind of rtnetlink object: how to ask for all, how long the fixed part of a message is, and which attributes change
// by themselves.
struct Dump {
  int request;
  std::size_t header;
  std::set<int> restless;
};

const std::array kDumps = {
    Dump{RTM_GETLINK, sizeof(ifinfomsg), {IFLA_STATS, IFLA_STATS64, IFLA_AF_SPEC}},
    Dump{RTM_GETADDR, sizeof(ifaddrmsg), {IFA_CACHEINFO}},
    Dump{RTM_GETROUTE, sizeof(rtmsg), {RTA_CACHEINFO}},
    Dump{RTM_GETNEIGH, sizeof(ndmsg), {NDA_CACHEINFO, NDA_PROBES}},
    Dump{RTM_GETQDISC, sizeof(tcmsg), {TCA_STATS, TCA_STATS2}},
};

struct Listener {
  const Dump& dump;
  std::string& state;
};

int on_message(nl_msg* message, void* argument) {
  const auto& [dump, state] = *static_cast<Listener*>(argument);
  nlmsghdr* const header = nlmsg_hdr(message);
  state.append(static_cast<const char*>(nlmsg_data(header)), dump.header);
  int left = nlmsg_attrlen(header, static_cast<int>(dump.header));
  for (nlattr* each = nlmsg_attrdata(header, static_cast<int>(dump.header)); nla_ok(each, left);
       each = nla_next(each, &left))
    if (!dump.restless.contains(nla_type(each)))
      state.append(reinterpret_cast<const char*>(each), static_cast<std::size_t>(nla_total_size(nla_len(each))));
  return NL_OK;
}

}  // namespace

Result<std::string> network_state(const NetNs& netns) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  std::string state;
  for (const auto& dump : kDumps) {
    Listener listener{dump, state};
    nl_socket_modify_cb(socket->get(), NL_CB_VALID, NL_CB_CUSTOM, on_message, &listener);
    std::array<char, 64> all{};  // the fixed part, zero: everything
    const int sent = nl_send_simple(socket->get(), dump.request, NLM_F_DUMP, all.data(), dump.header);
    if (auto asked = nl_checked(sent, "ask rtnetlink"); !asked)
      return asked.error();
    if (auto heard = nl_checked(nl_recvmsgs_default(socket->get()), "hear rtnetlink"); !heard)
      return heard.error();
  }
  return state;
}

Result<bool> has_come_up(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  rtnl_link* found = nullptr;
  const int code = rtnl_link_get_kernel(socket->get(), static_cast<int>(ifindex), nullptr, &found);
  const NlLink link(found);
  if (auto asked = nl_checked(code, "ask about an interface"); !asked)
    return asked.error();
  return rtnl_link_get_operstate(found) == IF_OPER_UP;
}

}  // namespace podmeter::tests
