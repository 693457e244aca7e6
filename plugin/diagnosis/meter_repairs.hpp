// SPDX-License-Identifier: Apache-2.0
// The kinds of repair that a live meter may need: one row each, with the sign that asks for it and the treatment.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "bpf/events/repairs.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/diagnosis/current_programs.hpp"
#include "plugin/diagnosis/meter_facts.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

struct MeterRepair {
  Repair kind;
  // Why the meter needs it; nothing where it doesn't. Changes nothing, and has no lock. In the pod's network namespace
  // where that is there.
  Result<std::optional<std::string>, Failure> (*reason)(const MeterFacts& facts, CurrentPrograms& current);
  // Puts it right, under the meter's lock; in the pod's network namespace if the facts have an interface.
  Metered (*treat)(const MeterFacts& facts, const PinTree& tree, const LiveMeter& live);
};

// In the order in which they are looked for: the first that a meter needs is the one that it gets.
std::span<const MeterRepair> meter_repairs();

}  // namespace podmeter
