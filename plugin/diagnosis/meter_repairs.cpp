// SPDX-License-Identifier: Apache-2.0
#include "plugin/diagnosis/meter_repairs.hpp"

#include "bpf/attach/attached_meter.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"

namespace podmeter {
namespace {

using Reason = Result<std::optional<std::string>, Failure>;

// A link tells whether its interface is still there, wherever it is; a filter doesn't.
Reason why_end(const MeterFacts& facts, CurrentPrograms& /*current*/) {
  const bool may_count = facts.whereabouts == Whereabouts::kHere || facts.whereabouts == Whereabouts::kMoved;
  using Where = HookPlace::Where;
  const bool is_gone = facts.links.where == Where::kNowhere ||
                       (facts.links.where == Where::kUnknown && facts.whereabouts == Whereabouts::kGone);
  if (may_count || !is_gone)
    return std::optional<std::string>();
  return std::optional<std::string>("its network namespace or interface is gone");
}

Metered end(const MeterFacts& /*facts*/, const PinTree& tree, const LiveMeter& live) {
  return because(FailureReason::kBpffs, live.end(tree, boot_clock_ns(), detach_links));
}

// A namespace that may be another pod's may hold another pod's interface.
Reason why_reattach(const MeterFacts& facts, CurrentPrograms& /*current*/) {
  if (facts.detached.empty() || facts.same != SameNamespace::kYes)
    return std::optional<std::string>();
  return std::optional(facts.detached);
}

Reason why_upgrade(const MeterFacts& facts, CurrentPrograms& current) {
  if (!facts.interface || !facts.detached.empty())
    return std::optional<std::string>();
  const auto wanted = current.tags(facts.interface->link_layer);
  const auto pinned = pinned_tags(facts.dir);
  if (!wanted || !pinned)
    return Failure{FailureReason::kLoad, wanted ? pinned.error() : wanted.error()};
  if (exists(facts.dir.next_program(PM_EGRESS)) || exists(facts.dir.next_program(PM_INGRESS)))
    return std::optional<std::string>("an upgrade was cut short");
  if (*wanted != *pinned)
    return std::optional<std::string>("it runs another version's programs");
  return std::optional<std::string>();
}

// Also attaches again: a program is replaced where it is in place, and put in place where it isn't.
Metered replace_programs(const MeterFacts& facts, const PinTree& tree, const LiveMeter& live) {
  const auto scopes = ScopeTable::open(tree.scope_table());
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load_onto(live.dir(), facts.interface->link_layer, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  return because(FailureReason::kAttach, meter->replace(facts.interface->index, facts.identity.attach, live.dir()));
}

constexpr MeterRepair kMeterRepairs[] = {
    {Repair::kEnd, why_end, end},
    {Repair::kReattach, why_reattach, replace_programs},
    {Repair::kUpgrade, why_upgrade, replace_programs},
};

}  // namespace

std::span<const MeterRepair> meter_repairs() {
  return kMeterRepairs;
}

}  // namespace podmeter
