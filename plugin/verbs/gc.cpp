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

// Goes on after a failure. Each is told once: the first by the caller, the others here.
class Failures {
 public:
  explicit Failures(const Log& log) : log_(log) {}

  void keep(const Metered& step) {
    if (step)
      return;
    if (first_)
      log_.error("unused meters are not ended",
                 {{"reason", std::string(reason_name(step.error().reason))}, {"err", step.error().error.text}});
    else
      first_ = step.error();
  }
  [[nodiscard]] Metered first() const { return first_ ? Metered(*first_) : Metered(); }

 private:
  const Log& log_;
  std::optional<Failure> first_;
};

void sweep_all_unfinished(const Context& context, Failures& failures) {
  const auto names = unfinished(context.tree);
  if (!names)
    return failures.keep(Failure{FailureReason::kBpffs, names.error()});
  for (const auto& name : *names) {
    const auto swept = sweep_unfinished_meter(context.tree, name, "", PathGone::kEnded);
    if (!swept)
      failures.keep(swept.error());
    else if (*swept == Swept::kSwept)
      note_repair(context, Repair::kSweep, "swept unfinished meter " + name);
  }
}

}  // namespace

Metered gc(const Context& context, const Request& request, const std::vector<Attachment>& valid) {
  const auto names = list_directory(context.tree.live_dir());
  if (!names)
    return is_gone(names.error()) ? Metered() : Failure{FailureReason::kBpffs, names.error()};
  Failures failures(context.log);
  for (const auto& name : *names) {
    const auto attachment = decode_name(name);
    if (attachment && std::ranges::find(valid, *attachment) == valid.end())
      failures.keep(end_unused(context, request, name));
  }
  sweep_all_unfinished(context, failures);
  failures.keep(retire(context));
  return failures.first();
}

}  // namespace podmeter
