// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/sum_totals.hpp"

#include "bpf/tree/scope_names.hpp"

namespace podmeter {

std::map<TotalKey, ScopeCounts> sum_totals(const Walk& walk) {
  std::map<TotalKey, ScopeCounts> sums;
  const LabelledKeys labelled(walk.totals);
  for (const auto& record : walk.totals)
    add(sums[record.key], record.folded.counts);
  for (const auto& reading : walk.readings)
    if (!reading.is_folded)
      add(sums[labelled.fitting(key_of(reading.identity))], by_scope(reading.counters, walk.scopes));
  for (auto& [key, counts] : sums)
    for (const auto& scope : shown_scopes(walk.scopes, {}))
      counts.try_emplace(std::string(scope.name));
  return sums;
}

}  // namespace podmeter
