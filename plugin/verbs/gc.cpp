// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

// A meter whose identity can't be read may be another network's: it stays. One that another process has locked is being
// ended or repaired.
Metered end_unused(const Context& context, const Request& request, const std::string& name) {
  const auto live = LiveMeter::take(context.tree, name, DirectoryLock::Wait::kNo);
  if (!live)
    return is_gone(live.error()) || live.error().code == EBUSY ? Metered()
                                                               : Failure{FailureReason::kBpffs, live.error()};
  const auto identity = read_identity(live->dir().identity());
  if (!identity || identity->network != request.network)
    return {};
  auto ended = end_live(context.tree, *live, identity->netns);
  context.log.info((ended ? "ended " : "could not end ") + name);
  return ended;
}

Metered sweep_all_half_made(const Context& context) {
  const auto names = half_made(context.tree);
  if (!names)
    return Failure{FailureReason::kBpffs, names.error()};
  for (const auto& name : *names) {
    const auto swept = sweep_half_made_meter(context.tree, name);
    if (!swept)
      return swept.error();
    if (*swept)
      note_repair(context, Repair::kSweep, "swept half-made meter " + name);
  }
  return {};
}

}  // namespace

Metered gc(const Context& context, const Request& request, const std::vector<Attachment>& valid) {
  const auto names = list_directory(context.tree.live_dir());
  if (!names)
    return is_gone(names.error()) ? Metered() : Failure{FailureReason::kBpffs, names.error()};
  std::optional<Failure> first;
  const auto keep_first = [&](const Metered& step) {
    if (!step && !first)
      first = step.error();
  };
  for (const auto& name : *names) {
    const auto attachment = decode_name(name);
    if (attachment && std::ranges::find(valid, *attachment) == valid.end())
      keep_first(end_unused(context, request, name));
  }
  keep_first(sweep_all_half_made(context));
  keep_first(sweep(context));
  if (first)
    return *first;
  return {};
}

}  // namespace podmeter
