// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/repair_log.hpp"

#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/verbs/end_meter.hpp"

namespace podmeter {

void RepairsMade::make(const Finding& finding) {
  const auto& [repair, subject, why] = finding.needed;
  if (!is_dry_run()) {
    const auto done = finding.repair();
    if (!done)
      return fail(subject.text, done.error());
    if (*done == Repairing::kPutOff)
      return put_off_.push_back(finding.needed);
    if (*done == Repairing::kNotNeeded)
      return;
    note_repair(context_, repair, std::string(repair_name(repair)) + ' ' + subject.text + ": " + why);
  }
  all_.push_back(finding.needed);
}

void RepairsMade::fail(const std::string& subject, const Failure& failure) {
  failures_.push_back(subject + ": " + failure.error.text);
  history_.error(context_.log, "can't look after " + subject,
                 {{"reason", std::string(reason_name(failure.reason))}, {"err", failure.error.text}});
  if (is_dry_run())
    return;
  const std::string pin = context_.tree.failures();
  const auto recorded = record_failure(pin, FailureCommand::kReconcile, failure.reason);
  if (const auto counted = readable(recorded, pin, context_.readers); !counted)
    history_.warn(context_.log, "failure is not counted", {{"err", counted.error().text}});
}

}  // namespace podmeter
