// SPDX-License-Identifier: Apache-2.0
#include "collector/read/problems.hpp"

namespace podmeter {

std::vector<Problem> ProblemHistory::add(const std::vector<Problem>& problems) {
  std::vector<Problem> fresh;
  decltype(present_) present;
  for (const auto& problem : problems) {
    totals_[static_cast<std::size_t>(problem.reason)]++;
    if (!present_.contains({problem.reason, problem.path}))
      fresh.push_back(problem);
    present.emplace(problem.reason, problem.path);
  }
  present_ = std::move(present);
  return fresh;
}

}  // namespace podmeter
