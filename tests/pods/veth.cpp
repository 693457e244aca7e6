// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/veth.hpp"

#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>

#include <memory>

#include "tests/pods/netlink.hpp"

namespace podmeter::tests {
namespace {

// "02:00:00:00:00:01" and ":02".
NlAddress mac(int end) {
  return nl_parse("02:00:00:00:00:0" + std::to_string(end + 1), AF_LLC);
}

Result<void> add_pair(const VethEnd* const (&ends)[2], unsigned mtu) {
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  const NlLink one(rtnl_link_veth_alloc());
  const NlLink other(rtnl_link_veth_get_peer(one.get()));
  rtnl_link* links[] = {one.get(), other.get()};
  for (int i = 0; i < 2; i++) {
    rtnl_link_set_name(links[i], ends[i]->name.c_str());
    rtnl_link_set_ns_fd(links[i], ends[i]->netns->fd());
    rtnl_link_set_addr(links[i], mac(i).get());
    rtnl_link_set_mtu(links[i], mtu);
  }
  return nl_checked(rtnl_link_add(socket->get(), one.get(), NLM_F_CREATE | NLM_F_EXCL), "add a veth pair");
}

Result<void> add_address(nl_sock* socket, std::uint32_t ifindex, const std::string& text) {
  const std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>> address(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(address.get(), static_cast<int>(ifindex));
  rtnl_addr_set_local(address.get(), nl_parse(text, AF_UNSPEC).get());
  rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
  return nl_checked(rtnl_addr_add(socket, address.get(), 0), "add address " + text);
}

Result<void> add_neighbour(nl_sock* socket, std::uint32_t ifindex, const std::string& text, int end) {
  const std::unique_ptr<rtnl_neigh, Release<rtnl_neigh_put>> neighbour(rtnl_neigh_alloc());
  rtnl_neigh_set_ifindex(neighbour.get(), static_cast<int>(ifindex));
  rtnl_neigh_set_dst(neighbour.get(), nl_parse(text.substr(0, text.find('/')), AF_UNSPEC).get());
  rtnl_neigh_set_lladdr(neighbour.get(), mac(end).get());
  rtnl_neigh_set_state(neighbour.get(), NUD_PERMANENT);
  return nl_checked(rtnl_neigh_add(socket, neighbour.get(), NLM_F_CREATE), "add neighbour " + text);
}

// Up and with its own addresses; `end` is 0 or 1.
Result<std::uint32_t> set_up(const VethEnd& own, const VethEnd& peer, int end) {
  const auto inside = own.netns->enter();
  auto socket = connect_rtnetlink();
  const auto ifindex = ::if_nametoindex(own.name.c_str());
  if (!inside || !socket || ifindex == 0)
    return system_error("find interface '" + own.name + "'");
  if (auto up = bring_up(socket->get(), ifindex); !up)
    return up.error();
  for (const auto& text : own.addresses)
    if (auto added = add_address(socket->get(), ifindex, text); !added)
      return added.error();
  for (const auto& text : peer.addresses)
    if (auto added = add_neighbour(socket->get(), ifindex, text, 1 - end); !added)
      return added.error();
  return ifindex;
}

}  // namespace

Result<VethPair> make_veth(const VethEnd& one, const VethEnd& other, unsigned mtu) {
  if (auto added = add_pair({&one, &other}, mtu); !added)
    return added.error();
  const auto first = set_up(one, other, 0);
  if (!first)
    return first.error();
  const auto second = set_up(other, one, 1);
  if (!second)
    return second.error();
  return VethPair{{*first, *second}};
}

Result<void> remove_interface(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  const NlLink link(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), static_cast<int>(ifindex));
  return nl_checked(rtnl_link_delete(socket->get(), link.get()), "remove interface " + std::to_string(ifindex));
}

}  // namespace podmeter::tests
