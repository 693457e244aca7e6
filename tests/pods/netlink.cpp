// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/netlink.hpp"

#include <net/if.h>

namespace podmeter::tests {

Result<void> nl_checked(int code, const std::string& doing) {
  if (code < 0)
    return Error{doing + ": " + nl_geterror(code)};
  return {};
}

NlAddress nl_parse(const std::string& text, int family) {
  nl_addr* out = nullptr;
  nl_addr_parse(text.c_str(), family, &out);
  return NlAddress(out);
}

Result<NlSocket> connect_rtnetlink() {
  NlSocket socket(nl_socket_alloc());
  if (auto ok = nl_checked(nl_connect(socket.get(), NETLINK_ROUTE), "connect to rtnetlink"); !ok)
    return ok.error();
  return socket;
}

Result<void> bring_up(nl_sock* socket, std::uint32_t ifindex) {
  const NlLink now(rtnl_link_alloc()), wanted(rtnl_link_alloc());
  rtnl_link_set_ifindex(now.get(), static_cast<int>(ifindex));
  rtnl_link_set_flags(wanted.get(), IFF_UP);
  return nl_checked(rtnl_link_change(socket, now.get(), wanted.get(), 0), "bring an interface up");
}

}  // namespace podmeter::tests
