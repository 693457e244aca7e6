// SPDX-License-Identifier: Apache-2.0
// Reads the totals' records before and after the meters: a meter that is folded in between is in one of them.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// The records as they are after the meters were read.
struct WatchedRecords {
  TotalRecords records;
  std::vector<std::uint64_t> folded;  // the meters that a record is known to hold, by now or before
  // Records to which more meters were added meanwhile than they list. Reading all again may help.
  std::vector<std::string> outrun;
};

class RecordWatch {
 public:
  // Call before the meters are read. A record that can't be read counts as empty here: only end() reports failures.
  static RecordWatch begin(const PinTree& tree);
  // Call after that. Fails where the records can't be listed.
  [[nodiscard]] Result<WatchedRecords> end(const PinTree& tree) const;

 private:
  void compare(const std::string& name, const std::string& counts, const FoldedCounts& now, WatchedRecords& out) const;

  std::unordered_map<std::string, std::string> counts_;  // the texts, by the record's name
};

}  // namespace podmeter
