// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/repair_log.hpp"

#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/verbs/end_meter.hpp"

namespace podmeter {

void RepairsMade::make(const RepairMade& made, const std::function<Repaired()>& repair) {
  if (!is_dry_run()) {
    const auto done = repair();
    if (!done)
      return fail(made.subject, done.error());
    if (!*done)
      return;
    note_repair(call_, tree_, made.repair,
                std::string(kRepairs[static_cast<int>(made.repair)]) + ' ' + made.subject + ": " + made.why);
  }
  all_.push_back(made);
}

void RepairsMade::fail(const std::string& subject, const Failure& failure) {
  failures_.push_back(subject + ": " + failure.error.text);
  call_.log.error(failures_.back());
  if (is_dry_run())
    return;
  if (const auto recorded = record_failure(tree_.failures(), FailureCommand::kReconcile, failure.reason); !recorded)
    return call_.log.warn("failure is not counted: " + recorded.error().text);
  (void)share_pin(tree_.failures(), call_.readers);
}

}  // namespace podmeter
