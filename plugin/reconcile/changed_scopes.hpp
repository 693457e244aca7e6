// SPDX-License-Identifier: Apache-2.0
// The scope file, where it is not the one whose scopes run.
#pragma once

#include "plugin/reconcile/repair_log.hpp"
#include "plugin/verbs/context.hpp"

namespace podmeter {

// Makes the configured file's scopes those that run, unless another process is at it.
void apply_changed_scopes(const Context& context, RepairsMade& repairs);

}  // namespace podmeter
