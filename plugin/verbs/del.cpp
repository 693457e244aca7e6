// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "bpf/attach/attached_meter.hpp"
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
Metered end(const Context& context, const Request& request, const std::string& name) {
  const auto live = LiveMeter::take(context.tree, name, DirectoryLock::Wait::kYes);
  if (!live)
    return is_gone(live.error()) ? Metered() : Failure{FailureReason::kBpffs, live.error()};
  auto ended = end_live(context.tree, *live, request.netns);
  if (ended)
    context.log.info("meter ended");
  return ended;
}

// What a builder attached that died before it could write down how and where.
Result<void> detach_half_made(const Request& request, const MeterDir& left) {
  if (auto detached = detach_links(left); !detached)
    return detached;
  if (request.netns.empty())
    return {};
  const auto detached = in_netns(request.netns, [&]() -> Result<void> {
    const auto interface = find_interface(request.attachment.interface);
    return interface ? detach_filters(left, interface->index) : Result<void>();
  });
  if (!detached)
    return is_gone(detached.error()) ? Result<void>() : detached.error();
  return *detached;
}

}  // namespace

Metered del(const Context& context, const Request& request) {
  const auto name = encode_name(request.attachment);
  if (!name || !exists(context.tree.version_dir()))
    return {};
  std::optional<Failure> first;
  keep_first(first, end(context, request, *name));
  const auto detach = [&](const MeterDir& left) { return detach_half_made(request, left); };
  if (const auto swept = sweep_making(context.tree, *name, detach); !swept)
    keep_first(first, Failure{FailureReason::kBpffs, swept.error()});
  else if (*swept == Swept::kBeingMade)
    keep_first(first, Failure{FailureReason::kBpffs, {"an ADD is making the meter of this attachment"}});
  keep_first(first, sweep(context));
  if (first)
    return *first;
  return {};
}

}  // namespace podmeter
