// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bpf/base/directory_lock.hpp"
#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Folds every meter in the tree's folding directory into the totals and removes it, under the totals' lock. A record
// that names a meter holds its counts, so that what a process left half-way is finished and not counted again. Goes on
// after a meter that can't be read, and tells the first error.
Result<void> fold_all(const DirectoryLock& lock, const PinTree& tree);

}  // namespace podmeter
