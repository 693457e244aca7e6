// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/interface.hpp"

#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "bpf/base/fd.hpp"
#include "tests/pods/netlink.hpp"

namespace podmeter::tests {
namespace {

// Later than Debian 12's headers.
constexpr int kGsoIpv4MaxSize = 63, kGroIpv4MaxSize = 64;
constexpr char kBridge[] = "br0";

using Message = std::unique_ptr<nl_msg, Release<nlmsg_free>>;
using Route = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using Cache = std::unique_ptr<nl_cache, Release<nl_cache_free>>;

// rtnetlink of another namespace: a socket stays in the one that it was opened in.
Result<NlSocket> rtnetlink_of(const NetNs& netns) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  return connect_rtnetlink();
}

Result<std::uint32_t> make_bridge(nl_sock* socket) {
  const NlLink bridge(rtnl_link_bridge_alloc());
  rtnl_link_set_name(bridge.get(), kBridge);
  if (auto added = nl_checked(rtnl_link_add(socket, bridge.get(), NLM_F_CREATE | NLM_F_EXCL), "add a bridge"); !added)
    return added.error();
  rtnl_link* made = nullptr;
  const int found = rtnl_link_get_kernel(socket, 0, kBridge, &made);
  const NlLink link(made);
  if (auto ok = nl_checked(found, "find the bridge"); !ok)
    return ok.error();
  return static_cast<std::uint32_t>(rtnl_link_get_ifindex(made));
}

}  // namespace

Result<void> set_offload(const NetNs& netns, const std::string& interface, Offload offload, Switch to) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ethtool_value value{static_cast<std::uint32_t>(offload), to == Switch::kOn ? 1U : 0U};
  ifreq request{};
  interface.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (!socket.valid() || ::ioctl(socket.get(), SIOCETHTOOL, &request) != 0)
    return system_error("switch an offload of '" + interface + "'");
  return {};
}

Result<void> set_mtu(const NetNs& netns, std::uint32_t ifindex, unsigned mtu) {
  auto socket = rtnetlink_of(netns);
  if (!socket)
    return socket.error();
  const NlLink now(rtnl_link_alloc()), wanted(rtnl_link_alloc());
  rtnl_link_set_ifindex(now.get(), static_cast<int>(ifindex));
  rtnl_link_set_mtu(wanted.get(), mtu);
  return nl_checked(rtnl_link_change(socket->get(), now.get(), wanted.get(), 0), "set an MTU");
}

Result<void> allow_big_packets(const NetNs& netns, std::uint32_t ifindex, std::uint32_t bytes) {
  auto socket = rtnetlink_of(netns);
  if (!socket)
    return socket.error();
  const Message message(nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK));
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(ifindex);
  nlmsg_append(message.get(), &header, sizeof(header), NLMSG_ALIGNTO);
  for (const int attribute : {int{IFLA_GSO_MAX_SIZE}, int{IFLA_GRO_MAX_SIZE}, kGsoIpv4MaxSize, kGroIpv4MaxSize})
    nla_put_u32(message.get(), attribute, bytes);
  if (auto sent = nl_checked(nl_send_auto(socket->get(), message.get()), "send to rtnetlink"); !sent)
    return sent.error();
  return nl_checked(nl_wait_for_ack(socket->get()), "allow big packets");
}

Result<void> add_bridge(const NetNs& netns, std::initializer_list<std::uint32_t> ports) {
  auto socket = rtnetlink_of(netns);
  if (!socket)
    return socket.error();
  const auto bridge = make_bridge(socket->get());
  if (!bridge)
    return bridge.error();
  for (const auto port : ports) {
    const int code = rtnl_link_enslave_ifindex(socket->get(), static_cast<int>(*bridge), static_cast<int>(port));
    if (auto joined = nl_checked(code, "make an interface a port of a bridge"); !joined)
      return joined.error();
  }
  return bring_up(socket->get(), *bridge);
}

Result<void> add_route(const NetNs& netns, const std::string& prefix, const std::string& gateway) {
  auto socket = rtnetlink_of(netns);
  if (!socket)
    return socket.error();
  const Route route(rtnl_route_alloc());
  auto* hop = rtnl_route_nh_alloc();
  rtnl_route_set_dst(route.get(), nl_parse(prefix, AF_UNSPEC).get());
  rtnl_route_nh_set_gateway(hop, nl_parse(gateway, AF_UNSPEC).get());
  rtnl_route_add_nexthop(route.get(), hop);  // the route's from here on
  return nl_checked(rtnl_route_add(socket->get(), route.get(), NLM_F_CREATE), "add a route to " + prefix);
}

Result<std::uint64_t> dropped_in(const NetNs& netns) {
  auto socket = rtnetlink_of(netns);
  if (!socket)
    return socket.error();
  nl_cache* links = nullptr;
  const int code = rtnl_link_alloc_cache(socket->get(), AF_UNSPEC, &links);
  const Cache owner(links);
  if (auto listed = nl_checked(code, "list interfaces"); !listed)
    return listed.error();
  std::uint64_t dropped = 0;
  for (auto* at = nl_cache_get_first(links); at != nullptr; at = nl_cache_get_next(at))
    for (const auto counter : {RTNL_LINK_RX_DROPPED, RTNL_LINK_TX_DROPPED})
      dropped += rtnl_link_get_stat(reinterpret_cast<rtnl_link*>(at), counter);
  return dropped;
}

}  // namespace podmeter::tests
