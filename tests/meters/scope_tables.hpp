// SPDX-License-Identifier: Apache-2.0
// Scope tables in the kernel, without a tree.
#pragma once

#include "bpf/scope_table/kernel_table.hpp"

namespace podmeter::tests {

// Puts the scopes, the first in slot 1, the next in slot 2, …, in place of what the table holds.
Result<void> put_scopes(const ScopeTable& table, const ScopeSet& scopes);
Result<ScopeTable> make_table(const ScopeSet& scopes);
// One for all: `private` in slot 1, `public` in slot 2. Nobody changes it.
const ScopeTable& built_in_table();

}  // namespace podmeter::tests
