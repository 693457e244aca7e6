// SPDX-License-Identifier: Apache-2.0
// Turns nested prefixes into disjoint ranges.
#pragma once

#include <vector>

#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

// Ends before the next range's start, or at the family's last address.
struct Range {
  Uint128 start = 0;
  std::size_t scope = 0;
};

// The family's whole address space by longest match: sorted, the first range starts at 0, neighbours differ in scope.
std::vector<Range> flatten(const ScopeSet& scopes, Family family);

}  // namespace podmeter
