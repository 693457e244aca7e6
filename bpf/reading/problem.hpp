// SPDX-License-Identifier: Apache-2.0
// Something of the tree that can't be read.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

enum class ProblemReason : std::uint8_t {
  kName,      // a meter's directory has no name of ours
  kIdentity,  // a meter's identity
  kCounters,  // a meter's counters
  kTree,      // the tree's directories can't be listed
  kFailures,
  kScopes,  // the names of the scopes
  kTotals,  // a total's record, or all of them
  kRepairCounts
};
// By the reason: values of the label `reason`.
inline constexpr std::string_view kProblemReasons[] = {"name",     "identity", "counters", "tree",
                                                       "failures", "scopes",   "totals",   "repairs"};
static_assert(std::size(kProblemReasons) == static_cast<std::size_t>(ProblemReason::kRepairCounts) + 1);

struct Problem {
  ProblemReason reason = ProblemReason::kTree;
  std::string path;
  Error error;
};

// A directory among the meters that can't be read as one.
bool is_broken_meter(const Problem& problem);
// Path and error as valid UTF-8.
Problem make_problem(ProblemReason reason, const std::string& path, const Error& error);

}  // namespace podmeter
