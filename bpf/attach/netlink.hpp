// SPDX-License-Identifier: Apache-2.0
// Interfaces and rtnetlink, the latter by libnl: a connected socket, and errors with the errno that libnl's codes stand
// for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bpf/base/result.hpp"

struct nl_sock;

namespace podmeter {

struct FreeNetlinkSocket {
  void operator()(nl_sock* socket) const;
};
using NetlinkSocket = std::unique_ptr<nl_sock, FreeNetlinkSocket>;

// A socket of the calling thread's network namespace; it stays there. The error is the system call's.
Result<NetlinkSocket> connect_rtnetlink();

// False where the kernel says that the calling thread's network namespace has no such interface; true where it has, or
// can't be asked.
bool has_interface(std::uint32_t ifindex);

// The errno that one of libnl's codes (-NLE_*) stands for; EIO where it stands for none, or for several.
int errno_of_netlink(int code);
// The error of a step of libnl's that answered `code`.
Error netlink_error(const std::string& doing, int code);

}  // namespace podmeter
