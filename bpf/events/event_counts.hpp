// SPDX-License-Identifier: Apache-2.0
// Counts of events in bpffs, where the collector finds them: one array map with one value, added to by short processes
// that run in parallel. The value is shared memory, so that an addition is one atomic instruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter {

// How a tally is pinned, and its size.
struct TallyPin {
  std::string path;
  const char* map_name;  // for people who list maps
  std::size_t counts;
};

// Adds to a count, making and pinning the map where there is none. Mode and group of the pin are the caller's to set.
Result<void> add_to(const TallyPin& pin, std::size_t which, std::uint64_t amount);
// The same, but for what was there before.
Result<void> set_to(const TallyPin& pin, std::size_t which, std::uint64_t value);
// ENOENT where nothing was counted yet, EPROTOTYPE where it is no such tally.
Result<std::vector<std::uint64_t>> read_tally(const TallyPin& pin);

}  // namespace podmeter
