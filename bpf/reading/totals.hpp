// SPDX-License-Identifier: Apache-2.0
// Sums by namespace and annotation labels over the meters that are there and those that were removed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "bpf/reading/meter_reading.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

struct Totals {
  // Counts of each key since the node booted: they never fall from reading to reading. Every key has every scope that
  // the table has. Labels beyond kLabelledTotalsMax are left out.
  std::map<TotalKey, ScopeCounts> counts;
  // Keys of records and meters that can't be read. Their counts are lower than they were, and must not be shown.
  std::set<TotalKey> incomplete;
  bool any_may_be_incomplete = false;  // something can't be read, and not even its key is known
  bool has_too_many_labels = false;    // kLabelledTotalsMax: counts with other labels are under none

  // Counts of the key can't all be read; nor can those of any key where it is not known which.
  void note_incomplete(const std::optional<TotalKey>& key);
};

// A meter that a record holds is not added again.
Totals sum_totals(const TotalRecords& records, const std::vector<MeterReading>& meters, const ScopeNames& scopes);

}  // namespace podmeter
