// SPDX-License-Identifier: Apache-2.0
// libnl's handles as types, for the fixtures that make and ask interfaces.
#pragma once

#include <netlink/netlink.h>
#include <netlink/route/link.h>

#include <memory>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using NlSocket = std::unique_ptr<nl_sock, Release<nl_socket_free>>;
using NlLink = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using NlAddress = std::unique_ptr<nl_addr, Release<nl_addr_put>>;

// libnl's return code as a result: negative is an error.
Result<void> nl_checked(int code, const std::string& doing);
// An address or prefix of that family, or of the one that it looks like (AF_UNSPEC).
NlAddress nl_parse(const std::string& text, int family);
// rtnetlink of the calling thread's network namespace.
Result<NlSocket> connect_rtnetlink();
// Sets IFF_UP.
Result<void> bring_up(nl_sock* socket, std::uint32_t ifindex);

}  // namespace podmeter::tests
