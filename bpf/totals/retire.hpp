// SPDX-License-Identifier: Apache-2.0
// Where ended meters go: into the totals, once they have been readable for long enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// What is kept of ended meters, for scrapes to come.
struct EndedLimits {
  std::chrono::nanoseconds retention{};
  std::size_t most = 10'000;  // past that the oldest go first
};

// Folds the ended meters that are over the limits into the totals, each exactly once: a process that dies at it leaves
// the rest to the next. Does nothing while another process is at it. `now_ns` is boot_clock_ns(). Where one meter can't
// be read for good, it goes without being counted, and that is the error; the others are folded all the same. Returns
// how many went before their retention was over.
Result<std::size_t> sweep_ended(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns);

}  // namespace podmeter
