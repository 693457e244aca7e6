// SPDX-License-Identifier: Apache-2.0
// Counts of meters that were removed: a fold adds the counts of an ended meter to the total of its key. A total is a
// few records, each two short texts in bpffs. The text with the counts lists the last 64 meters added to it and is
// replaced at once; a reader who still sees one of them must not add it again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

// Pods that are counted together: those of one namespace with the same annotation labels.
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

// A meter's ID as a number; none where it is not 16 lower-case hexadecimal digits. A record is named after the first
// meter added to it, and its text lists meters by their IDs.
std::optional<std::uint64_t> meter_number(std::string_view id);
std::string meter_id(std::uint64_t number);

// The counts that one record holds.
struct FoldedCounts {
  std::uint64_t folded = 0;           // how many meters, ever
  std::vector<std::uint64_t> recent;  // the last of them, kRecentMax at most
  ScopeCounts counts;
};
inline constexpr std::size_t kRecentMax = 64;
std::string to_text(const FoldedCounts& folded);
Result<FoldedCounts> parse_folded(const std::string& text);

std::string to_text(const TotalKey& key);
Result<TotalKey> parse_total_key(const std::string& text);

}  // namespace podmeter
