// SPDX-License-Identifier: Apache-2.0
#include "plugin/diagnosis/diagnosis.hpp"

#include "plugin/diagnosis/meter_audit.hpp"

namespace podmeter {
namespace {

// The interface is counted, but out of sight.
Audit moved(Audit audit) {
  for (auto& direction : audit)
    direction.fault = MeterFault::kMoved;
  return audit;
}

// A meter that isn't whole and may be another pod's is left alone, and not compared with its interface either.
Metered audit(const MeterFacts& facts, Diagnosis& diagnosis) {
  const auto before = audit_before(facts.dir);
  if (!before)
    return Failure{FailureReason::kBpffs, before.error()};
  if (facts.whereabouts == Whereabouts::kMoved)
    diagnosis.audit = moved(*before);
  if (!facts.interface || !facts.detached.empty())
    return {};
  const auto audited = audit_meter(facts.dir, facts.identity, *facts.interface, *before);
  if (!audited)
    return Failure{FailureReason::kBpffs, audited.error()};
  diagnosis.audit = *audited;
  return {};
}

Metered conclude(const MeterFacts& facts, CurrentPrograms& current, Diagnosis& diagnosis) {
  for (const auto& repair : meter_repairs()) {
    const auto reason = repair.reason(facts, current);
    if (!reason)
      return reason.error();
    if (*reason) {
      diagnosis.repair = &repair;
      diagnosis.reason = **reason;
      return {};
    }
  }
  return audit(facts, diagnosis);
}

}  // namespace

Result<Diagnosis, Failure> diagnose(const PinTree& tree, const std::string& name, const std::string& netns,
                                    CurrentPrograms& current) {
  Diagnosis diagnosis{MeterFacts{tree.live(name), {}}};
  const auto facts =
      look_at_meter(tree, name, netns, [&](const MeterFacts& seen) { return conclude(seen, current, diagnosis); });
  if (!facts)
    return facts.error();
  diagnosis.facts = *facts;
  return diagnosis;
}

bool same_repair(const Diagnosis& a, const Diagnosis& b) {
  return a.repair == b.repair && a.facts.identity.meter == b.facts.identity.meter;
}

Result<Audit> audit_before(const MeterDir& dir) {
  auto before = read_audit(dir.audit());
  const bool can_be_read_later = !before && !is_gone(before.error()) && before.error().code != 0;
  return before || can_be_read_later ? before : Audit{};
}

}  // namespace podmeter
