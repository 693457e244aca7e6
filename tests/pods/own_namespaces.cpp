// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/own_namespaces.hpp"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <cstring>

#include "bpf/base/fd.hpp"

namespace podmeter::tests {
namespace {

Result<void> loopback_up() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (!socket.valid() || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    return system_error("bring loopback up");
  return {};
}

}  // namespace

Result<void> enter_own_namespaces() {
  if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0)
    return system_error("make own network and mount namespaces");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return system_error("make mounts private");
  if (::mount("bpffs", "/sys/fs/bpf", "bpf", 0, "mode=0755") != 0)
    return system_error("mount a bpffs on '/sys/fs/bpf'");
  return loopback_up();
}

}  // namespace podmeter::tests
