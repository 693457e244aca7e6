// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/repair_meter.hpp"

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/tree/meter_name.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/diagnosis/diagnosis.hpp"
#include "plugin/diagnosis/meter_audit.hpp"

namespace podmeter {
namespace {

Metered write_audit(const MeterDir& dir, const Audit& audit) {
  return because(FailureReason::kBpffs, replace_symlink(dir.audit(), to_text(audit)));
}

// Keeps the audit only if the meter is still the one that was seen.
Metered keep_audit(const PinTree& tree, const std::string& name, const Diagnosis& diagnosis) {
  const MeterDir dir = tree.live(name);
  if (const auto before = read_audit(dir.audit()); before && *before == *diagnosis.audit)
    return {};
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kNo);
  const auto now = read_identity(dir.identity());
  if (!live || !now || now->meter != diagnosis.facts.identity.meter)
    return {};
  return write_audit(dir, *diagnosis.audit);
}

// The audit tells what passed the interface uncounted. If it can't be had now, the next pass has it, or says why not.
Metered treat(const Diagnosis& diagnosis, const PinTree& tree, const LiveMeter& live) {
  const auto& facts = diagnosis.facts;
  auto treated = diagnosis.repair->treat(facts, tree, live);
  if (!treated || !facts.interface)
    return treated;
  if (const auto before = audit_before(live.dir()))
    if (const auto audit = audit_meter(live.dir(), facts.identity, *facts.interface, *before))
      (void)write_audit(live.dir(), *audit);
  return treated;
}

// The path may lead elsewhere by now.
Repaired treat_in_netns(const Diagnosis& diagnosis, const PinTree& tree, const LiveMeter& live) {
  const auto treated = in_netns(diagnosis.facts.netns, [&]() -> Repaired {
    const auto cookie = netns_cookie();
    if (!cookie)
      return Failure{FailureReason::kNetns, cookie.error()};
    if (*cookie != diagnosis.facts.netns_cookie)
      return Repairing::kPutOff;
    const auto done = treat(diagnosis, tree, live);
    return done ? Repaired(Repairing::kMade) : done.error();
  });
  if (!treated)
    return is_gone(treated.error()) ? Repaired(Repairing::kPutOff) : Failure{FailureReason::kNetns, treated.error()};
  return *treated;
}

// The meter may have been repaired, or be another, since it was seen.
Repaired treat_locked(const Diagnosis& seen, const PinTree& tree, const std::string& name, const std::string& netns,
                      CurrentPrograms& current) {
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kNo);
  if (!live && is_gone(live.error()))
    return Repairing::kNotNeeded;
  if (!live)
    return live.error().code == EBUSY ? Repaired(Repairing::kPutOff) : Failure{FailureReason::kBpffs, live.error()};
  const auto now = diagnose(tree, name, netns, current);
  if (!now)
    return now.error();
  if (!same_repair(*now, seen))
    return Repairing::kNotNeeded;
  if (now->facts.interface)
    return treat_in_netns(*now, tree, *live);
  const auto done = treat(*now, tree, *live);
  return done ? Repaired(Repairing::kMade) : done.error();
}

}  // namespace

void repair_meter(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
                  RepairsMade& repairs) {
  const auto diagnosis = diagnose(tree, name, netns, current);
  if (!exists(tree.live(name).path()))  // it ended meanwhile
    return;
  const auto subject = diagnosis ? subject_of(diagnosis->facts.identity) : subject_of(name);
  if (!diagnosis)
    return repairs.fail(subject.text, diagnosis.error());
  if (diagnosis->repair != nullptr)
    return repairs.make({{diagnosis->repair->kind, subject, diagnosis->reason},
                         [&] { return treat_locked(*diagnosis, tree, name, netns, current); }});
  if (!diagnosis->audit || repairs.is_dry_run())
    return;
  if (const auto kept = keep_audit(tree, name, *diagnosis); !kept)
    repairs.fail(subject.text, kept.error());
}

}  // namespace podmeter
