// SPDX-License-Identifier: Apache-2.0
// The records of a tree's totals, those that can be read beside those that can't.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

struct TotalRecord {
  TotalKey key;
  FoldedCounts folded;
};

// A record that can't be read: a sum over its key without it would be lower than it was.
struct BrokenRecord {
  std::string name;
  std::optional<TotalKey> key;  // none where the key can't be read either
  Error error;
};

struct TotalRecords {
  std::unordered_map<std::string, TotalRecord> by_name;
  std::vector<BrokenRecord> broken;
};

// Every record of the tree. Fails where they can't be listed; a tree without the directory has none.
Result<TotalRecords> read_totals(const PinTree& tree);

// The names of the records, each the ID of the first meter added to it.
Result<std::vector<std::string>> list_totals(const PinTree& tree);
// One record; `counts` is the text of its counts, which a fold may replace at any time. Its key never changes.
Result<TotalRecord, BrokenRecord> read_total(const PinTree& tree, const std::string& name,
                                             const Result<std::string>& counts);

// The keys with labels that a tree has records of. Each record takes some kilobytes until the node boots, and a pod's
// owner chooses the values: where there are kLabelledTotalsMax, the labels of further ones are left out and the pod is
// in its namespace's total alone. Sums by labels hold no more then.
class LabelledKeys {
 public:
  // A broken record without a key counts as one with labels.
  explicit LabelledKeys(const TotalRecords& records);
  [[nodiscard]] bool is_full() const;
  void note(const TotalKey& key);
  // The key, or where there is no room for it the one without its labels.
  [[nodiscard]] TotalKey fitting(TotalKey key) const;

 private:
  std::set<TotalKey> known_;
  std::size_t unknown_ = 0;
};
inline constexpr std::size_t kLabelledTotalsMax = 10'000;

}  // namespace podmeter
