// SPDX-License-Identifier: Apache-2.0
// All meters of the tree, live and ended, and those that are broken.
#pragma once

#include <optional>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/reading/meter_reading.hpp"
#include "bpf/reading/problem.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

struct MeterReadings {
  std::vector<MeterReading> meters;
  std::vector<Problem> broken;
  // Keys of the broken meters that may have counted; none for one whose identity can't be read.
  std::vector<std::optional<TotalKey>> uncounted;
};

// A meter that ends meanwhile is read once. Fails where a directory can't be listed.
Result<MeterReadings> read_meters(const PinTree& tree);

}  // namespace podmeter
