// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/net_ns.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/pods/stuck_process.hpp"

namespace podmeter::tests {
namespace {

Result<Fd> current_netns() {
  Fd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return system_error("open the current network namespace");
  return fd;
}

// No duplicate address detection and no link-local address: nothing but what a test sends is on the wire, but for
// multicast listener reports.
Result<void> quieten(NetNs::Ipv6Stack ipv6) {
  const std::string conf = "/proc/sys/net/ipv6/conf/default/";
  std::ofstream(conf + "accept_dad") << 0 << std::flush;
  std::ofstream(conf + "addr_gen_mode") << 1 << std::flush;
  std::ofstream disable(conf + "disable_ipv6");
  disable << (ipv6 == NetNs::Ipv6Stack::kOff ? 1 : 0) << std::flush;
  return disable ? Result<void>() : system_error("set '" + conf + "disable_ipv6'");
}

}  // namespace

InNetNs::~InNetNs() {
  if (home_.valid() && ::setns(home_.get(), CLONE_NEWNET) != 0)
    std::abort();
}

Result<NetNs> NetNs::create(Ipv6Stack ipv6) {
  auto home = current_netns();
  if (!home)
    return home.error();
  if (::unshare(CLONE_NEWNET) != 0)
    return system_error("make a network namespace");
  const InNetNs inside(std::move(*home));
  auto made = current_netns();
  if (!made)
    return made.error();
  if (auto quiet = quieten(ipv6); !quiet)
    return quiet.error();
  return NetNs(std::move(*made));
}

Result<NetNs> NetNs::create_in(const UserNs& owner, Ipv6Stack ipv6) {
  const auto process =
      StuckProcess::start([&] { return ::setns(owner.fd(), CLONE_NEWUSER) == 0 && ::unshare(CLONE_NEWNET) == 0; });
  if (!process)
    return process.error().in("make a network namespace in a user namespace");
  Fd fd(::open(("/proc/" + std::to_string(process->pid()) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return system_error("open a network namespace");
  NetNs made(std::move(fd));
  const auto inside = made.enter();
  if (!inside)
    return inside.error();
  if (auto quiet = quieten(ipv6); !quiet)
    return quiet.error();
  return made;
}

Result<InNetNs> NetNs::enter() const {
  auto home = current_netns();
  if (!home)
    return home.error();
  if (::setns(fd_.get(), CLONE_NEWNET) != 0)
    return system_error("enter a network namespace");
  return InNetNs(std::move(*home));
}

std::string NetNs::path() const {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_.get());
}

}  // namespace podmeter::tests
