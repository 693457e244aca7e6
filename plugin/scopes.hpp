// SPDX-License-Identifier: Apache-2.0
// The operator's scopes, as the CNI's commands see to them.
#pragma once

#include "plugin/failure.hpp"
#include "plugin/verbs.hpp"

namespace podmeter {

// Makes the file's scopes, or the built-in ones where there is no file, what the tree's meters count by, unless they
// are already. Where that fails the table before stays, or the built-in one is the first; kConfig where the file is at
// fault.
Metered refresh_scopes(Call& call);

// Whether the file is the one whose scopes run, or could take its place.
Result<void> scopes_are_good(const Call& call);

}  // namespace podmeter
