// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/device_statistics.hpp"

#include "tests/pods/netlink.hpp"

namespace podmeter::tests {

Result<DeviceStatistics> statistics_of(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  rtnl_link* found = nullptr;
  const int code = rtnl_link_get_kernel(socket->get(), static_cast<int>(ifindex), nullptr, &found);
  const NlLink link(found);
  if (auto asked = nl_checked(code, "ask interface " + std::to_string(ifindex)); !asked)
    return asked.error();
  return DeviceStatistics{
      rtnl_link_get_stat(found, RTNL_LINK_TX_PACKETS), rtnl_link_get_stat(found, RTNL_LINK_TX_BYTES),
      rtnl_link_get_stat(found, RTNL_LINK_RX_PACKETS), rtnl_link_get_stat(found, RTNL_LINK_RX_BYTES)};
}

}  // namespace podmeter::tests
