// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/own_node.hpp"

#include <sys/mount.h>

#include <fstream>

#include "bpf/base/directory.hpp"

namespace podmeter::tests {

Result<void> make_own_node() {
  if (::mount("run", "/run", "tmpfs", 0, "mode=0755") != 0)
    return system_error("mount a tmpfs on '/run'");
  if (exists("/etc/podmeter") && ::mount("none", "/etc/podmeter", "tmpfs", 0, "mode=0755") != 0)
    return system_error("mount a tmpfs on '/etc/podmeter'");
  std::ofstream("/run/group") << "root:x:0:\npodmeter:x:" << kPodmeterGroup << ":\n";
  if (::mount("/run/group", "/etc/group", nullptr, MS_BIND, nullptr) != 0)
    return system_error("put an own '/etc/group' in place");
  return {};
}

}  // namespace podmeter::tests
