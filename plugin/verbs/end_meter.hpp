// SPDX-License-Identifier: Apache-2.0
// What several commands do to keep a tree in order.
#pragma once

#include <string>
#include <vector>

#include "bpf/events/repairs.hpp"
#include "bpf/tree/meter_store.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Logs a repair and counts it.
void note_repair(const Context& context, Repair repair, const std::string& what);

// Ends a live meter. Its clsact filters are removed where the namespace at `netns` is still there; tcx links go with
// their pins. Where that fails the meter stays live, lest its last counts be lost.
Metered end_live(const PinTree& tree, const LiveMeter& live, const std::string& netns);
// Folds the ended meters that are over the limits into the totals.
Metered sweep(const Context& context);
// Meters that are half made and whose builder is gone.
Result<std::vector<std::string>> half_made(const PinTree& tree);
// Removes such a one; whether it was still there.
Repaired sweep_half_made_meter(const PinTree& tree, const std::string& name);

}  // namespace podmeter
