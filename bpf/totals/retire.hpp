// SPDX-License-Identifier: Apache-2.0
// Moves ended meters into the totals once they have been readable for long enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// How long, and how many, ended meters are kept for scrapes to come.
struct EndedLimits {
  std::chrono::nanoseconds retention{};
  std::size_t most = 10'000;  // past that the oldest go first; those that could not be folded yet count too
};

// Folds the ended meters that are over the limits into the totals, each exactly once: a process that dies meanwhile
// leaves the rest to the next. Does nothing while another process does it. `now_ns` is boot_clock_ns(). A meter that
// can't be read for good goes without being counted, and so do the oldest of those that two calls failed to fold where
// there are too many; both are the error, and the others are folded all the same. Returns how many went before their
// retention was over.
Result<std::size_t> retire_ended(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns);

}  // namespace podmeter
