// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

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

Metered sweep_own_unfinished(const Context& context, const Request& request, const std::string& name) {
  const auto swept = sweep_unfinished_meter(context.tree, name, request.netns, PathGone::kEnded);
  if (!swept)
    return swept.error();
  if (*swept == Swept::kBeingMade)
    return Failure{FailureReason::kBpffs, {"an ADD is making the meter of this attachment"}};
  return {};
}

}  // namespace

Failures del(const Context& context, const Request& request) {
  if (!exists(context.tree.version_dir()))
    return {};
  Failures failures;
  const bool is_known = !request.attachment.container_id.empty() && !request.attachment.interface.empty();
  if (const auto name = encode_name(request.attachment); is_known && name) {
    keep(failures, end(context, request, *name));
    keep(failures, sweep_own_unfinished(context, request, *name));
  }
  keep(failures, retire(context));
  return failures;
}

}  // namespace podmeter
