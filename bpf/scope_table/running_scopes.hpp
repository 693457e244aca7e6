// SPDX-License-Identifier: Apache-2.0
// The scope table of a tree: created with the tree's first meter, replaced when the operator's scopes change.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/directory_lock.hpp"
#include "bpf/base/result.hpp"
#include "bpf/scope_table/kernel_table.hpp"
#include "bpf/scopes/scope_set.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// The right to create and replace a tree's table; one process has it at a time.
class ScopeLock {
 public:
  using Wait = DirectoryLock::Wait;
  static Result<ScopeLock> take(const PinTree& tree, Wait wait);

 private:
  explicit ScopeLock(DirectoryLock lock) : lock_(std::move(lock)) {}
  DirectoryLock lock_;
};

// Puts the scopes into use for all meters of the tree, atomically, and stores their names for readers of the counters.
// The old table stays where it fails. Returns the new table's generation.
Result<std::uint64_t> run_scopes(const ScopeLock& lock, const PinTree& tree, const ScopeSet& scopes,
                                 const ScopeSource& source);

// Compiles the scopes to see whether they fit in a table. E2BIG where they don't.
Result<void> check_size(const ScopeSet& scopes);

// The source of the table in use. ENOENT where the tree has no table.
Result<ScopeSource> running_source(const PinTree& tree);

// The scopes in use, as the operator wrote them, and their table.
struct RunningScopes {
  ScopeSet scopes;
  TablePages pages;
};
Result<RunningScopes> read_running(const PinTree& tree);

}  // namespace podmeter
