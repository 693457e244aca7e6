// SPDX-License-Identifier: Apache-2.0
// The operator's scopes, as the CNI's commands see to them.
#pragma once

#include "plugin/verbs/failure.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {

// Makes the file's scopes what the tree's meters count by, unless they are already or another process is about to.
// Where that fails the table before stays, or the built-in one is the first; kConfig where the file is at fault.
Metered refresh_scopes(Call& call);
// Whether the tree has a table.
bool scopes_run(const Call& call);

// Whether the file is the one whose scopes run, or could be compiled into a table.
Result<void> scopes_are_good(const Call& call);

}  // namespace podmeter
