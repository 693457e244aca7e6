// SPDX-License-Identifier: Apache-2.0
// The problems of all passes: counted each time, told apart when they are new.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bpf/reading/problem.hpp"

namespace podmeter {

// How often each ProblemReason stood in the way since the process began.
using ProblemTotals = std::array<std::uint64_t, std::size(kProblemReasons)>;

// Not for several threads at once.
class ProblemHistory {
 public:
  // Counts the problems of a pass, and returns those that the pass before didn't have.
  std::vector<Problem> add(const std::vector<Problem>& problems);
  [[nodiscard]] const ProblemTotals& totals() const { return totals_; }

 private:
  ProblemTotals totals_{};
  std::set<std::pair<ProblemReason, std::string>> present_;
};

}  // namespace podmeter
