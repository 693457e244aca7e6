// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/hook.hpp"

#include <array>

namespace podmeter {

const Hook& hook_of(Attach attach) {
#define PODMETER_HOOK(enumerator, name) &name##_hook(),
  static const std::array hooks = {PODMETER_ATTACH_MODES(PODMETER_HOOK)};
#undef PODMETER_HOOK
  return *hooks.at(static_cast<std::size_t>(attach));
}

Result<Attach> choose_attach(std::optional<Attach> wanted) {
  std::string why;
  for (const auto attach : kAttachModes) {
    if (wanted && attach != *wanted)
      continue;
    const auto unsupported = hook_of(attach).unsupported();
    if (!unsupported)
      return unsupported.error();
    if (unsupported->empty())
      return attach;
    why = *unsupported;
  }
  return Error{why, EOPNOTSUPP};
}

}  // namespace podmeter
