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
    note_repair(context_, made.repair, std::string(repair_name(made.repair)) + ' ' + made.subject + ": " + made.why);
  }
  all_.push_back(made);
}

void RepairsMade::fail(const std::string& subject, const Failure& failure) {
  failures_.push_back(subject + ": " + failure.error.text);
  context_.log.error("can't repair " + subject,
                     {{"reason", std::string(reason_name(failure.reason))}, {"err", failure.error.text}});
  if (is_dry_run())
    return;
  const std::string pin = context_.tree.failures();
  if (const auto recorded = record_failure(pin, FailureCommand::kReconcile, failure.reason); !recorded)
    return context_.log.warn("failure is not counted", {{"err", recorded.error().text}});
  (void)share_pin(pin, context_.readers);
}

}  // namespace podmeter
