// SPDX-License-Identifier: Apache-2.0
// The counts that a frame adds, and the proof that it adds nothing else.
#pragma once

#include "bpf/kernel/abi.h"
#include "tests/meters/loaded_meter.hpp"

namespace podmeter::tests {

struct Counted {
  pm_scope scope = PM_SCOPE_OTHER;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 1;
};

// The counters with that added in one direction.
pm_counters plus(pm_counters counters, pm_direction direction, const Counted& counted);
bool same(const pm_counters& a, const pm_counters& b);
// The slots in use, one line a direction, for messages.
std::string text_of(const pm_counters& counters);

// Checks, in the calling test: the program returns "next" (-1), leaves the frame as it was, and counts exactly this.
void check_counts(const LoadedMeter& meter, pm_direction direction, const Frame& frame, const Counted& expected,
                  Gso gso = {});

}  // namespace podmeter::tests
