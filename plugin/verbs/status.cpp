// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "bpf/attach/loaded_meter.hpp"
#include "plugin/verbs/open_tree.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

constexpr std::pair<unsigned, const char*> kNeeded[] = {
    {CAP_SYS_ADMIN, "CAP_SYS_ADMIN (to enter a pod's network namespace)"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN (to attach to its interface)"}};

Result<void> check_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> held{};
  if (::syscall(SYS_capget, &header, held.data()) != 0)
    return system_error("ask for the process's capabilities");
  for (const auto& [capability, name] : kNeeded)
    if ((held[capability / 32].effective & (1U << capability % 32)) == 0)
      return system_error(std::string("need ") + name, EPERM);
  return {};
}

}  // namespace

Metered status(const Context& context) {
  if (auto held = check_capabilities(); !held)
    return Failure{FailureReason::kAttach, held.error()};
  if (auto opened = open_tree(context); !opened)
    return opened;
  const auto scopes = ScopeTable::create();  // the verifier asks what it is, not what is in it
  if (!scopes)
    return Failure{FailureReason::kLoad, scopes.error()};
  if (const auto meter = Meter::load(LinkLayer::kEthernet, *scopes); !meter)
    return Failure{FailureReason::kLoad, meter.error()};
  return {};
}

}  // namespace podmeter
