// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "plugin/reconcile.hpp"
#include "plugin/scopes_tool.hpp"

namespace podmeter {

// `podmeter reconcile`: one pass, printed, or one after the other until SIGTERM or SIGINT, logged. Returns the exit
// status: 1 where something of the one pass failed.
int run_reconcile(const ReconcileOptions& options, std::optional<std::chrono::nanoseconds> interval, Output output);

}  // namespace podmeter
