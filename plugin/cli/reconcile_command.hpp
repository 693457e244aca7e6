// SPDX-License-Identifier: Apache-2.0
// `podmeter reconcile`: passes over the node, once or at an interval, and their output.
#pragma once

#include <chrono>
#include <optional>

#include "plugin/cli/scopes_command.hpp"
#include "plugin/reconcile/reconcile.hpp"

namespace podmeter {

// `podmeter reconcile`: one pass, printed, or one after the other until SIGTERM or SIGINT, logged. Returns the exit
// status: 1 where something of the one pass failed.
int run_reconcile(const ReconcileOptions& options, std::optional<std::chrono::nanoseconds> interval, Output output);

}  // namespace podmeter
