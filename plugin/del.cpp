// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "bpf/attached.hpp"
#include "bpf/directory.hpp"
#include "bpf/identity.hpp"
#include "bpf/store.hpp"
#include "plugin/netns.hpp"
#include "plugin/verbs.hpp"

namespace podmeter {
namespace {

// Filters live in the pod's namespace and go with it; links go with their pins.
Metered detach(const Call& call, const MeterDir& live) {
  const auto identity = read_identity(live.identity());
  if (!identity || identity->attach != attach_name(Attach::kClsact) || call.request.netns.empty())
    return {};
  const auto detached = in_netns(call.request.netns, [&] { return detach_filters(live, identity->ifindex); });
  if (!detached)
    return is_gone(detached.error()) ? Metered() : Failure{FailureReason::kNetns, detached.error()};
  return because(FailureReason::kAttach, *detached);
}

// Of several failures the first is told.
void keep_first(std::optional<Failure>& first, const Metered& step) {
  if (!step && !first)
    first = step.error();
}

}  // namespace

Metered del(Call& call) {
  const PinTree tree(call.settings.pin_root);
  const auto name = encode_name(call.request.attachment);
  if (!name || !exists(tree.version_dir()))
    return {};
  const std::int64_t now = boot_clock_ns();
  std::optional<Failure> first;
  if (const MeterDir live = tree.live(*name); exists(live.path())) {
    keep_first(first, detach(call, live));
    const auto ended = end_meter(tree, *name, now);
    if (ended)
      call.log.info("ended");
    else if (!is_gone(ended.error()))  // another DEL may have been faster
      keep_first(first, because(FailureReason::kBpffs, ended));
  }
  keep_first(first, because(FailureReason::kBpffs, sweep_making(tree, *name)));
  keep_first(first, because(FailureReason::kBpffs, sweep_ended(tree, call.settings.ended_retention, now)));
  if (first)
    return *first;
  return {};
}

}  // namespace podmeter
