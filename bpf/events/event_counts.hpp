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

// How such a map is pinned, and its size.
struct EventCountsPin {
  std::string path;
  const char* map_name;  // for people who list maps
  std::size_t counts;

  [[nodiscard]] std::size_t bytes() const { return counts * sizeof(std::uint64_t); }
};

// ENOENT where nothing was counted yet, EPROTOTYPE where it is not such a map.
Result<std::vector<std::uint64_t>> read_event_counts(const EventCountsPin& pin);

}  // namespace podmeter
