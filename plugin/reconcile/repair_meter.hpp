// SPDX-License-Identifier: Apache-2.0
// One live meter, looked at and put right.
#pragma once

#include <string>

#include "bpf/tree/pin_tree.hpp"
#include "plugin/reconcile/current_programs.hpp"
#include "plugin/reconcile/repair_log.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Ends the meter where its namespace or interface is gone; attaches again what was detached; replaces another version's
// programs; writes the audit of what is left. `netns` is where its namespace may be, besides the path that it was made
// with; a namespace that can't be found and whose interface still is there is left alone. So is a meter that another
// process has locked, or that ends meanwhile.
Metered mend(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
             RepairsMade& repairs);

}  // namespace podmeter
