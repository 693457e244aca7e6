// SPDX-License-Identifier: Apache-2.0
// Prefixes that lie in one another, as ranges that lie side by side.
#pragma once

#include <vector>

#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

// From `start` to the next range's start, or to the family's last address.
struct Range {
  Uint128 start = 0;
  std::size_t scope = 0;
};

// The family's whole address space by longest match: sorted, the first range starts at 0, no neighbours of one scope.
std::vector<Range> flatten(const ScopeSet& scopes, Family family);

}  // namespace podmeter
