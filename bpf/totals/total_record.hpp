// SPDX-License-Identifier: Apache-2.0
// What meters counted that are no more: when an ended meter is swept, its counts are folded into the total of its key.
// A total is a few records, each two short texts in bpffs; the text that holds the counts also names the meters folded
// last, and is replaced at once: whoever finds a meter beside a record that names it knows it for counted.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

// What is counted together: pods of one namespace with the same annotation labels.
struct TotalKey {
  std::string pod_namespace;
  std::map<std::string, std::string> labels;

  bool operator==(const TotalKey&) const = default;
  bool operator<(const TotalKey& other) const {
    return std::tie(pod_namespace, labels) < std::tie(other.pod_namespace, other.labels);
  }
};
TotalKey key_of(const Identity& identity);

// By the scope's name, then by direction: a slot may pass to another scope, a name stays.
using ScopeCounts = std::map<std::string, std::array<pm_count, PM_DIRECTIONS>>;
void add(ScopeCounts& to, const ScopeCounts& counts);
// A meter's counts; `names` are those of its slots.
ScopeCounts by_scope(const pm_counters& counters, const ScopeNames& names);

// What one record holds.
struct FoldedCounts {
  std::uint64_t folded = 0;         // how many meters, ever
  std::vector<std::string> recent;  // the last of them, kRecentMax at most, by their IDs
  ScopeCounts counts;
};
inline constexpr std::size_t kRecentMax = 64;
std::string to_text(const FoldedCounts& folded);
Result<FoldedCounts> parse_folded(const std::string& text);

std::string to_text(const TotalKey& key);
Result<TotalKey> parse_total_key(const std::string& text);

struct TotalRecord {
  std::string name;  // the directory's
  TotalKey key;
  FoldedCounts folded;
};
using TotalRecords = std::vector<TotalRecord>;

// Every record of the tree. Fails where one can't be read: a total without it would be lower than it was.
Result<TotalRecords> read_totals(const PinTree& tree);

// The keys with labels that a tree has records of. Each record takes some kilobytes until the node boots, and a pod's
// owner chooses the values: where there are kLabelledTotalsMax, the labels of further ones are left out and the pod is
// in its namespace's total alone. Sums by labels hold no more then.
class LabelledKeys {
 public:
  explicit LabelledKeys(const TotalRecords& records);
  [[nodiscard]] bool is_full() const;
  void note(const TotalKey& key);
  // The key, or where there is no room for it the one without its labels.
  [[nodiscard]] TotalKey fitting(TotalKey key) const;

 private:
  std::set<TotalKey> known_;
};
inline constexpr std::size_t kLabelledTotalsMax = 10'000;

}  // namespace podmeter
