// SPDX-License-Identifier: Apache-2.0
// Meters whose ADD was cut short.
#pragma once

#include "bpf/tree/pin_tree.hpp"
#include "plugin/reconcile/repair_log.hpp"

namespace podmeter {

// Removes those whose builder is gone.
void sweep_unfinished_meters(const PinTree& tree, RepairsMade& repairs);

}  // namespace podmeter
