// SPDX-License-Identifier: Apache-2.0
// Ended meters' counts on their way into the totals' records.
#pragma once

#include "bpf/base/directory_lock.hpp"
#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Adds the counts of every meter in the tree's folding directory to the totals and removes the meter, under the totals'
// lock. A record that lists a meter holds its counts: a meter that a process left half-way is finished and not counted
// again. A record that can't be read for good is left alone, and a fresh one of its key takes over. Goes on after a
// meter or a key that fails, and returns the first error; a meter that was folded and can't be removed, or can't be
// told from one, ends it, because a record remembers only so many.
Result<void> fold_all(const DirectoryLock& lock, const PinTree& tree);

}  // namespace podmeter
