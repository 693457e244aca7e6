// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/restrictions.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>

#include <cstdio>

#include "bpf/base/text_file.hpp"

namespace podmeter {
namespace {

std::string text_of(const char* path) {
  const auto text = read_text_file(path);
  return text ? *text : "";
}

// True in the initial user namespace: one line maps every ID to itself (user_namespaces(7)).
bool maps_all(const std::string& uid_map) {
  unsigned inside = 0, outside = 0, count = 0;
  return std::sscanf(uid_map.c_str(), "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 && outside == 0 &&
         count == UINT32_MAX;
}

// Until Linux 5.11 the memory of maps and programs counts against RLIMIT_MEMLOCK, and what is over it is refused by
// EPERM (kernel/bpf/syscall.c, bpf_charge_memlock).
bool counts_locked_memory(const std::string& release) {
  int major = 0, minor = 0;
  return std::sscanf(release.c_str(), "%d.%d", &major, &minor) == 2 && (major < 5 || (major == 5 && minor < 11));
}

}  // namespace

Restrictions read_restrictions() {
  Restrictions read{text_of("/proc/self/uid_map"), text_of("/proc/self/status"), text_of("/sys/fs/selinux/enforce"),
                    text_of("/sys/kernel/security/lockdown"), ""};
  if (utsname name{}; ::uname(&name) == 0)
    read.release = name.release;
  if (rlimit limit{}; ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    read.memlock = limit.rlim_cur;
  return read;
}

std::string likely_cause(const Restrictions& restrictions) {
  constexpr std::uint64_t kEnough = 64U << 20;  // a scope table takes up to 32 MiB
  if (!restrictions.uid_map.empty() && !maps_all(restrictions.uid_map))
    return "likely the user namespace: podmeter has to be root in the node's own";
  if (counts_locked_memory(restrictions.release) && restrictions.memlock < kEnough)
    return "likely RLIMIT_MEMLOCK, " + std::to_string(restrictions.memlock >> 10) +
           " KiB, which counts before Linux 5.11: set LimitMEMLOCK=infinity for the runtime";
  if (restrictions.status.find("\nSeccomp:\t2") != std::string::npos)
    return "likely the seccomp filter of this process: allow bpf(2)";
  if (restrictions.selinux.starts_with('1'))
    return "likely SELinux, which is enforcing: ausearch -m avc -c podmeter tells";
  if (restrictions.lockdown.find("[confidentiality]") != std::string::npos)
    return "likely the kernel's lockdown, which is 'confidentiality': boot with lockdown=integrity";
  return "";
}

}  // namespace podmeter
