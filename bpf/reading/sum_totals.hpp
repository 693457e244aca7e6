// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "bpf/reading/tree_reading.hpp"
#include "bpf/totals/total_record.hpp"

namespace podmeter {

// What has been counted under each key since the node booted, by meters that are and by meters that were: never falls
// from walk to walk. Every key has every scope that the table has. Labels beyond kLabelledTotalsMax are left out.
std::map<TotalKey, ScopeCounts> sum_totals(const Walk& walk);

}  // namespace podmeter
