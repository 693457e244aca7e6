// SPDX-License-Identifier: Apache-2.0
// Restrictions on root's privileged system calls, for messages that say more than "Operation not permitted".
#pragma once

#include <cstdint>
#include <string>

namespace podmeter {

// As the kernel tells it of this process; empty where it doesn't.
struct Restrictions {
  std::string uid_map;                 // /proc/self/uid_map
  std::string status;                  // /proc/self/status
  std::string selinux;                 // /sys/fs/selinux/enforce
  std::string lockdown;                // /sys/kernel/security/lockdown
  std::string release;                 // uname -r
  std::uint64_t memlock = UINT64_MAX;  // RLIMIT_MEMLOCK, bytes
};
Restrictions read_restrictions();

// The likely cause of an EPERM or EACCES, and what to do about it; empty where none is known.
std::string likely_cause(const Restrictions& restrictions);

}  // namespace podmeter
