// SPDX-License-Identifier: Apache-2.0
// The repair that a live meter needs: found without its lock, and found again under the lock before it is treated.
#pragma once

#include <optional>
#include <string>

#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/diagnosis/current_programs.hpp"
#include "plugin/diagnosis/meter_facts.hpp"
#include "plugin/diagnosis/meter_repairs.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

struct Diagnosis {
  MeterFacts facts;
  const MeterRepair* repair = nullptr;  // none where the meter is healthy, or is to be left alone
  std::string reason{};                 // for the repair
  std::optional<Audit> audit{};         // of a meter that needs no repair, where its interface could be looked at
};

// `netns` is where the meter's namespace may be, besides the path that it was made with. Changes nothing.
Result<Diagnosis, Failure> diagnose(const PinTree& tree, const std::string& name, const std::string& netns,
                                    CurrentPrograms& current);

// True where both ask for the same repair of the same meter.
bool same_repair(const Diagnosis& a, const Diagnosis& b);

// The audit that reconcile kept when it last looked; nothing but zeros where it kept none, or no text that is one.
Result<Audit> audit_before(const MeterDir& dir);

}  // namespace podmeter
