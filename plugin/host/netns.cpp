// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/netns.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstdlib>

#include "bpf/base/directory.hpp"

namespace podmeter {
namespace {

constexpr char kOwn[] = "/proc/thread-self/ns/net";

// include/uapi/asm-generic/socket.h, Linux 5.14
#ifndef SO_NETNS_COOKIE
constexpr int SO_NETNS_COOKIE = 71;
#endif

bool same_file(int a, int b) {
  struct stat first {
  }, second{};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

// When a namespace is unmounted, the file that it was mounted on stays: an ordinary file, not a namespace.
Result<void> check_namespace(int fd, const std::string& path) {
  struct statfs status {};
  if (::fstatfs(fd, &status) != 0)
    return system_error("statfs netns '" + path + "'");
  return status.f_type == NSFS_MAGIC ? Result<void>()
                                     : Error{"netns '" + path + "' is not a network namespace", ENOENT};
}

}  // namespace

Result<NetnsStay> NetnsStay::enter(const std::string& path) {
  Fd home(::open(kOwn, O_RDONLY | O_CLOEXEC));
  if (!home.valid())
    return system_error(std::string("open netns '") + kOwn + "'");
  // The path may be a FIFO or a device: opening it must not block, and setns() refuses it.
  const Fd there(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!there.valid())
    return system_error("open netns '" + path + "'");
  if (same_file(home.get(), there.get()))
    return Error{"netns '" + path + "' is the node's own", ENOENT};
  if (auto checked = check_namespace(there.get(), path); !checked)
    return checked.error();
  if (::setns(there.get(), CLONE_NEWNET) != 0)
    return system_error("enter netns '" + path + "'");
  return NetnsStay(std::move(home));
}

Result<NetnsStay> NetnsStay::make() {
  Fd home(::open(kOwn, O_RDONLY | O_CLOEXEC));
  if (!home.valid())
    return system_error(std::string("open netns '") + kOwn + "'");
  if (::unshare(CLONE_NEWNET) != 0)
    return system_error("make a network namespace");
  return NetnsStay(std::move(home));
}

NetnsStay::~NetnsStay() {
  if (!home_.valid() || ::setns(home_.get(), CLONE_NEWNET) == 0)
    return;
  constexpr char kMessage[] = "podmeter: error: cannot return from a pod's network namespace\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
  std::abort();
}

bool netns_has_ended(const std::string& path) {
  constexpr ino_t kFirstPidNamespace = 0xEFFFFFFC;  // PROC_PID_INIT_INO, include/linux/proc_ns.h
  struct stat pids {};
  if (path.starts_with("/proc/"))
    return ::stat("/proc/self/ns/pid", &pids) == 0 && pids.st_ino == kFirstPidNamespace;
  return !exists(path) && exists(path.substr(0, path.rfind('/')));
}

Result<std::uint64_t> netns_cookie() {
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (!socket.valid())
    return system_error("read the network namespace's cookie");
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0 && errno != ENOPROTOOPT)
    return system_error("read the network namespace's cookie");
  return cookie;
}

SameNamespace compare_cookies(std::uint64_t a, std::uint64_t b) {
  if (a == 0 || b == 0)
    return SameNamespace::kUnknown;
  return a == b ? SameNamespace::kYes : SameNamespace::kNo;
}

}  // namespace podmeter
