// SPDX-License-Identifier: Apache-2.0
// One live meter, diagnosed and treated.
#pragma once

#include <string>

#include "bpf/tree/pin_tree.hpp"
#include "plugin/diagnosis/current_programs.hpp"
#include "plugin/reconcile/repair_log.hpp"

namespace podmeter {

// Gives a live meter the repair that it needs (meter_repairs.hpp), or keeps the audit of one that needs none. `netns`
// is where its namespace may be, besides the path that it was made with. A namespace that can't be found and whose
// interface still is there is left alone; so is a meter that another process has locked, or that ends meanwhile.
void repair_meter(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
                  RepairsMade& repairs);

}  // namespace podmeter
