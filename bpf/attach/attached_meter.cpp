// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attached_meter.hpp"

#include "bpf/attach/pinned_info.hpp"

namespace podmeter {
namespace {

Result<void> detach_held_by(HeldBy held, const MeterDir& dir, std::uint32_t ifindex) {
  for (const auto attach : kAttachModes) {
    const Hook& hook = hook_of(attach);
    for (const auto direction : kDirections)
      if (hook.held_by() == held)
        if (auto detached = hook.detach(dir, {ifindex, direction}); !detached)
          return detached;
  }
  return {};
}

}  // namespace

Result<AttachedAnswer> check_attached(const MeterDir& dir, HookPoint at, Attach attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(at.direction));
  return program ? hook_of(attach).check(dir, at, program->id) : detached_or_error(program.error());
}

Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, Attach attach) {
  for (const auto direction : kDirections)
    if (auto checked = check_attached(dir, {ifindex, direction}, attach);
        !checked || checked->state != Attached::kWhole)
      return checked;
  return AttachedAnswer{};
}

Result<OrderAnswer> check_first(const MeterDir& dir, HookPoint at, Attach attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(at.direction));
  return program ? hook_of(attach).check_first(at, program->id) : program.error();
}

Result<void> detach_links(const MeterDir& dir) {
  constexpr std::uint32_t kAny = 0;
  return detach_held_by(HeldBy::kLink, dir, kAny);
}

Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex) {
  return detach_held_by(HeldBy::kFilter, dir, ifindex);
}

}  // namespace podmeter
