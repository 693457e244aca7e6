// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/problem.hpp"

#include "bpf/base/utf8.hpp"

namespace podmeter {

bool is_broken_meter(const Problem& problem) {
  return problem.reason == ProblemReason::kName || problem.reason == ProblemReason::kIdentity ||
         problem.reason == ProblemReason::kCounters;
}

Problem make_problem(ProblemReason reason, const std::string& path, const Error& error) {
  return {reason, valid_utf8(path), {valid_utf8(error.text), error.code}};
}

}  // namespace podmeter
