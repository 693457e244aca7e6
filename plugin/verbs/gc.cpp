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
  auto ended = end_live(context.tree, *live, "");
  if (ended)
    context.log.info("ended " + name);
  return ended;
}

void sweep_all_unfinished(const Context& context, Failures& failures) {
  const auto names = unfinished(context.tree);
  if (!names)
    return failures.push_back({FailureReason::kBpffs, names.error()});
  for (const auto& name : *names) {
    const auto swept = sweep_unfinished_meter(context.tree, name, "", PathGone::kEnded);
    if (!swept)
      failures.push_back(swept.error());
    else if (*swept == Swept::kSwept)
      note_repair(context, Repair::kSweep, "swept unfinished meter " + name);
  }
}

void end_all_unused(const Context& context, const Request& request, const std::vector<Attachment>& valid,
                    Failures& failures) {
  const auto names = list_if_exists(context.tree.live_dir());
  if (!names)
    return failures.push_back({FailureReason::kBpffs, names.error()});
  for (const auto& name : *names) {
    const auto attachment = decode_name(name);
    if (attachment && std::ranges::find(valid, *attachment) == valid.end())
      keep(failures, end_unused(context, request, name));
  }
}

}  // namespace

Failures gc(const Context& context, const Request& request, const std::vector<Attachment>& valid) {
  if (!exists(context.tree.version_dir()))
    return {};
  Failures failures;
  end_all_unused(context, request, valid, failures);
  sweep_all_unfinished(context, failures);
  keep(failures, retire(context));
  return failures;
}

}  // namespace podmeter
