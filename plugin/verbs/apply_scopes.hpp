// SPDX-License-Identifier: Apache-2.0
// The operator's scopes: put in place by the CNI's commands and by reconcile.
#pragma once

#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Makes the file's scopes what the tree's meters count by. Put off where another process is at it.
// If that fails the table before stays, or the built-in one is the first; kConfig if the file is at fault.
Repaired refresh_scopes(const Context& context);
// True where the tree has a table.
bool scopes_run(const Context& context);

// Fails where the file is not the one whose scopes run and could not be compiled into a table either.
Result<void> scopes_are_good(const Context& context);

}  // namespace podmeter
