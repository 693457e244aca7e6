// SPDX-License-Identifier: Apache-2.0
// Event counts in a pinned array map with one value, which the collector reads. Several short processes add to it at
// once: the value is mapped into memory, so that each addition is one atomic instruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter {

// The pin of such a map, and its size.
struct EventCountsPin {
  std::string path;
  const char* map_name;  // for people who list maps
  std::size_t counts;

  [[nodiscard]] std::size_t bytes() const { return counts * sizeof(std::uint64_t); }
};

// ENOENT where nothing was counted yet; EPROTOTYPE where the pin is not such a map.
Result<std::vector<std::uint64_t>> read_event_counts(const EventCountsPin& pin);

}  // namespace podmeter
