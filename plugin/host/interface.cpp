// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/interface.hpp"

#include <linux/if_arp.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>

#include <memory>

#include "bpf/attach/netlink.hpp"

namespace podmeter {
namespace {

using Link = std::unique_ptr<rtnl_link, decltype(&rtnl_link_put)>;

// ARPHRD_RAWIP is in include/uapi/linux/if_arp.h since Linux 4.14.
Result<LinkLayer> link_layer_of(unsigned type) {
  switch (type) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK:
      return LinkLayer::kEthernet;
    case ARPHRD_NONE:
    case ARPHRD_RAWIP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
      return LinkLayer::kNone;
    default:
      return Error{"link-layer type " + std::to_string(type) + " is not supported"};
  }
}

DeviceCounts device_counts(rtnl_link* link) {
  DeviceCounts device;
  device.of[PM_EGRESS] = {rtnl_link_get_stat(link, RTNL_LINK_TX_BYTES), rtnl_link_get_stat(link, RTNL_LINK_TX_PACKETS)};
  device.of[PM_INGRESS] = {rtnl_link_get_stat(link, RTNL_LINK_RX_BYTES),
                           rtnl_link_get_stat(link, RTNL_LINK_RX_PACKETS)};
  return device;
}

// By name, or where there is none by number.
Result<Link> find_link(const std::string& doing, int index, const char* name) {
  const auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error().in(doing);
  rtnl_link* found = nullptr;
  const int failed = rtnl_link_get_kernel(socket->get(), index, name, &found);
  if (failed == -NLE_NODEV || failed == -NLE_OBJ_NOTFOUND)
    return system_error(doing, ENOENT);
  if (failed < 0)
    return netlink_error(doing, failed);
  return Link(found, rtnl_link_put);
}

Result<Interface> find(const std::string& doing, int index, const char* name) {
  const auto link = find_link(doing, index, name);
  if (!link)
    return link.error();
  const auto link_layer = link_layer_of(rtnl_link_get_arptype(link->get()));
  if (!link_layer)
    return link_layer.error().in(doing);
  return Interface{static_cast<std::uint32_t>(rtnl_link_get_ifindex(link->get())), *link_layer,
                   device_counts(link->get())};
}

}  // namespace

Result<Interface> find_interface(const std::string& name) {
  return find("find interface '" + name + "'", 0, name.c_str());
}

Result<Interface> find_interface(std::uint32_t index) {
  return find("find interface " + std::to_string(index), static_cast<int>(index), nullptr);
}

Result<std::uint32_t> find_ifindex(const std::string& name) {
  const auto link = find_link("find interface '" + name + "'", 0, name.c_str());
  return link ? Result(static_cast<std::uint32_t>(rtnl_link_get_ifindex(link->get()))) : link.error();
}

}  // namespace podmeter
