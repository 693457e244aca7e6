// SPDX-License-Identifier: Apache-2.0
// The steps by which several commands keep a tree in order.
#pragma once

#include <string>
#include <vector>

#include "bpf/events/repairs.hpp"
#include "bpf/tree/meter_store.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/detach_meter.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// The result of recording an event in a pin, which its readers can then open.
inline Result<void> readable(const Result<void>& recorded, const std::string& pin, gid_t readers) {
  return recorded ? share_pin(pin, readers) : recorded;
}
// Logs a repair and counts it.
void note_repair(const Context& context, Repair repair, const std::string& what);

// Detaches a live meter (detach_meter.hpp) and ends it. If that fails it stays live, lest its last counts be lost.
Metered end_live(const PinTree& tree, const LiveMeter& live, const std::string& netns);
// Folds the ended meters that are over the limits into the totals.
Metered retire(const Context& context);
// The names of unfinished meters that no living process is known to build.
Result<std::vector<std::string>> unfinished(const PinTree& tree);
// Detaches an unfinished meter (detach_meter.hpp) and removes it. If that fails it stays, to be tried again.
Result<Swept, Failure> sweep_unfinished_meter(const PinTree& tree, const std::string& name, const std::string& netns,
                                              PathGone gone);

}  // namespace podmeter
