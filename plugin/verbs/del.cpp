// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "bpf/attach/attachment_check.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

// Of several failures the first is told.
void keep_first(std::optional<Failure>& first, const Metered& step) {
  if (!step && !first)
    first = step.error();
}

// Another DEL may have been faster.
Metered end(Call& call, const PinTree& tree, const std::string& name) {
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kYes);
  if (!live)
    return is_gone(live.error()) ? Metered() : Failure{FailureReason::kBpffs, live.error()};
  auto ended = end_live(tree, *live, call.request.netns);
  if (ended)
    call.log.info("ended");
  return ended;
}

// What a builder attached that died before it could write down how and where.
Result<void> detach_half_made(const Call& call, const MeterDir& left) {
  if (call.request.netns.empty())
    return {};
  const auto detached = in_netns(call.request.netns, [&]() -> Result<void> {
    const auto interface = find_interface(call.request.attachment.interface);
    return interface ? detach_filters(left, interface->index) : Result<void>();
  });
  if (!detached)
    return is_gone(detached.error()) ? Result<void>() : detached.error();
  return *detached;
}

}  // namespace

Metered del(Call& call) {
  const PinTree tree(call.settings.pin_root);
  const auto name = encode_name(call.request.attachment);
  if (!name || !exists(tree.version_dir()))
    return {};
  std::optional<Failure> first;
  keep_first(first, end(call, tree, *name));
  const auto detach = [&](const MeterDir& left) { return detach_half_made(call, left); };
  if (const auto swept = sweep_making(tree, *name, detach); !swept)
    keep_first(first, Failure{FailureReason::kBpffs, swept.error()});
  keep_first(first, sweep(call, tree));
  if (first)
    return *first;
  return {};
}

}  // namespace podmeter
