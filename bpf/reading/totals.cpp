// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/totals.hpp"

namespace podmeter {

void Totals::note_incomplete(const std::optional<TotalKey>& key) {
  if (key)
    incomplete.insert(*key);
  else
    any_may_be_incomplete = true;
}

Totals sum_totals(const TotalRecords& records, const std::vector<MeterReading>& meters, const ScopeNames& scopes) {
  Totals totals;
  const LabelledKeys labelled(records);
  totals.has_too_many_labels = labelled.is_full();
  for (const auto& record : records.broken)
    totals.note_incomplete(record.key);
  for (const auto& [name, record] : records.by_name)
    add(totals.counts[record.key], record.folded.counts);
  for (const auto& meter : meters)
    if (!meter.is_folded)
      add(totals.counts[labelled.fitting(key_of(meter.identity))], by_scope(meter.counters, scopes));
  for (auto& [key, counts] : totals.counts)
    for (const auto& scope : shown_scopes(scopes, {}))
      counts.try_emplace(std::string(scope.name));
  return totals;
}

}  // namespace podmeter
