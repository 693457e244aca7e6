// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/netlink.hpp"

#include <net/if.h>
#include <netlink/netlink.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace podmeter {
namespace {

// libnl folds errnos into its own codes (lib/error.c, nl_syserr2nlerr); these are the ones that can be told back.
constexpr std::pair<int, int> kErrnos[] = {
    {NLE_INTR, EINTR},           {NLE_BAD_SOCK, EBADF},
    {NLE_AGAIN, EAGAIN},         {NLE_NOMEM, ENOMEM},
    {NLE_EXIST, EEXIST},         {NLE_INVAL, EINVAL},
    {NLE_RANGE, ERANGE},         {NLE_MSGSIZE, EMSGSIZE},
    {NLE_OPNOTSUPP, EOPNOTSUPP}, {NLE_AF_NOSUPPORT, EAFNOSUPPORT},
    {NLE_OBJ_NOTFOUND, ENOENT},  {NLE_NOADDR, EADDRNOTAVAIL},
    {NLE_BUSY, EBUSY},           {NLE_PROTO_MISMATCH, EPROTONOSUPPORT},
    {NLE_NOACCESS, EACCES},      {NLE_PERM, EPERM},
    {NLE_NODEV, ENODEV},         {NLE_DUMP_INTR, EAGAIN},
};

}  // namespace

void FreeNetlinkSocket::operator()(nl_sock* socket) const {
  ::nl_socket_free(socket);
}

Result<NetlinkSocket> connect_rtnetlink() {
  const std::string doing = "open a netlink socket";
  NetlinkSocket socket(::nl_socket_alloc());
  if (!socket)
    return system_error(doing, ENOMEM);
  errno = 0;
  if (const int failed = ::nl_connect(socket.get(), NETLINK_ROUTE); failed < 0)
    return errno != 0 ? system_error(doing) : netlink_error(doing, failed);  // libnl has no code for EMFILE
  return {std::move(socket)};
}

// Only an answer says so: a socket that can't be had doesn't.
bool has_interface(std::uint32_t ifindex) {
  char name[IF_NAMESIZE];
  return ::if_indextoname(ifindex, name) != nullptr || errno != ENXIO;
}

int errno_of_netlink(int code) {
  const auto* const found = std::ranges::find(kErrnos, std::abs(code), &std::pair<int, int>::first);
  return found == std::end(kErrnos) ? EIO : found->second;
}

Error netlink_error(const std::string& doing, int code) {
  return {doing + ": " + ::nl_geterror(code), errno_of_netlink(code)};
}

}  // namespace podmeter
