// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "bpf/attach/hook.hpp"
#include "plugin/verbs/health.hpp"
#include "plugin/verbs/open_tree.hpp"
#include "plugin/verbs/trial.hpp"
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

// Names what a trial is good for: a way of attaching, by this file of the program.
std::string trial_of(Attach how) {
  struct stat program {};
  if (::stat("/proc/self/exe", &program) != 0)
    return "";
  return std::string(attach_name(how)) + ' ' + std::to_string(program.st_dev) + ' ' + std::to_string(program.st_ino) +
         ' ' + std::to_string(program.st_ctim.tv_sec) + '.' + std::to_string(program.st_ctim.tv_nsec);
}

}  // namespace

Metered status(const Context& context) {
  if (auto held = check_capabilities(); !held)
    return Failure{FailureReason::kAttach, held.error()};
  if (auto usable = check_tree(context); !usable)
    return usable;
  const auto how = choose_attach(context.settings.attach);
  if (!how)
    return Failure{FailureReason::kAttach, how.error()};
  const auto trial = trial_of(*how);
  if (!trial.empty() && was_tried(context.tree, trial))
    return {};
  auto tried = try_meter(context, *how);
  if (tried && !trial.empty())
    remember_tried(context.tree, trial);
  return tried ? tried : explained(tried.error());
}

}  // namespace podmeter
