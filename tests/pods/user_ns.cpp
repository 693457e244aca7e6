// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/user_ns.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/pods/stuck_process.hpp"

namespace podmeter::tests {
namespace {

constexpr char kIds[] = "0 100000 65536\n";

bool write_map(const std::string& path) {
  return static_cast<bool>(std::ofstream(path) << kIds << std::flush);
}

}  // namespace

Result<UserNs> UserNs::create() {
  const auto process = StuckProcess::start([] { return ::unshare(CLONE_NEWUSER) == 0; });
  if (!process)
    return process.error();
  const std::string proc = "/proc/" + std::to_string(process->pid());
  Fd fd(::open((proc + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || !write_map(proc + "/uid_map") || !write_map(proc + "/gid_map"))
    return system_error("make a user namespace");
  return UserNs(std::move(fd));
}

bool UserNs::become_root() const {
  return ::setns(fd(), CLONE_NEWUSER) == 0 && ::setgroups(0, nullptr) == 0 && ::setresgid(0, 0, 0) == 0 &&
         ::setresuid(0, 0, 0) == 0;
}

}  // namespace podmeter::tests
