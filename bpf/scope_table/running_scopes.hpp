// SPDX-License-Identifier: Apache-2.0
// The table that a tree's meters count by: made with the tree's first meter, replaced when the operator's scopes
// change.
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

// Who may make and change a tree's table: one process at a time.
class ScopeLock {
 public:
  using Wait = DirectoryLock::Wait;
  static Result<ScopeLock> take(const PinTree& tree, Wait wait);

 private:
  explicit ScopeLock(DirectoryLock lock) : lock_(std::move(lock)) {}
  DirectoryLock lock_;
};

// Makes the scopes what all meters of the tree count by, from now on and at once, and gives their names to whoever
// reads the counters. Where it fails, the table before stays. Returns the generation.
Result<std::uint64_t> run_scopes(const ScopeLock& lock, const PinTree& tree, const ScopeSet& scopes,
                                 const ScopeSource& source);

// Whether the scopes can be compiled into a table. E2BIG where that would be too large.
Result<void> check_size(const ScopeSet& scopes);

// The source of the table that runs. ENOENT where none does.
Result<ScopeSource> running_source(const PinTree& tree);

// The scopes that run, as they were given, and the table that was made of them.
struct RunningScopes {
  ScopeSet scopes;
  TablePages pages;
};
Result<RunningScopes> read_running(const PinTree& tree);

}  // namespace podmeter
