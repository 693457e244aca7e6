// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/hostile_pod.hpp"

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint32_t kKept = 1U << CAP_NET_ADMIN | 1U << CAP_NET_RAW;

// Also for programs that are started from here on.
bool drop_capabilities() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if ((capability >= 32 || (kKept >> capability & 1) == 0) && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct kept[2] = {{kKept, kKept, 0}, {0, 0, 0}};
  return ::syscall(SYS_capset, &header, kept) == 0;
}

bool leave_bpffs() {
  if (::unshare(CLONE_NEWNS) != 0)
    return false;
  while (::umount("/sys/fs/bpf") == 0) {
  }
  return true;
}

}  // namespace

HostilePod HostilePod::create(Privilege privilege) {
  auto user = must(UserNs::create());
  constexpr auto kOff = NetNs::Ipv6Stack::kOff;
  auto netns = privilege == Privilege::kUserNamespace ? must(NetNs::create_in(user, kOff)) : must(NetNs::create(kOff));
  auto pod = must(Pod::create_in(std::move(netns), kOff));
  return {std::move(user), std::move(pod), privilege};
}

NetNs HostilePod::make_netns() const {
  return must(NetNs::create_in(user_, NetNs::Ipv6Stack::kOff));
}

// In a user namespace, whose root is nobody outside, bpffs is barred by its modes.
bool HostilePod::become() const {
  if (privilege_ == Privilege::kUserNamespace)
    return user_.become_root() && ::setns(pod_.netns.fd(), CLONE_NEWNET) == 0;
  return leave_bpffs() && ::setns(pod_.netns.fd(), CLONE_NEWNET) == 0 && drop_capabilities();
}

int HostilePod::batch(const char* program, const std::string& lines) const {
  return Run(program).argument("-batch").argument("-").input(lines).first([&] { return become(); }).finish().status;
}

int HostilePod::ip(const std::string& lines) const {
  return batch(IP_PROGRAM, lines);
}

int HostilePod::tc(const std::string& lines) const {
  return batch(TC_PROGRAM, lines);
}

int HostilePod::move_to(const NetNs& netns) const {
  constexpr int kInherited = 100;
  return Run(IP_PROGRAM)
      .argument("-batch")
      .argument("-")
      .input("link set eth0 netns /proc/self/fd/" + std::to_string(kInherited) + '\n')
      .first([&] { return ::dup2(netns.fd(), kInherited) == kInherited && become(); })
      .finish()
      .status;
}

int HostilePod::run(const std::function<int()>& body) const {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(become() ? body() : 255);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) != 255);
  return WEXITSTATUS(status);
}

}  // namespace podmeter::tests
