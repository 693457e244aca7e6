// SPDX-License-Identifier: Apache-2.0
// What an operator says: named scopes and their prefixes, and which scope is everything else's.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bpf/kernel/abi.h"
#include "bpf/scopes/address.hpp"

namespace podmeter {

inline constexpr std::size_t kScopesMax = PM_SCOPES - 2;  // slot 0 is `other`, the last one is kept free
inline constexpr std::size_t kPrefixesMax = 100'000;

struct ScopedPrefix {
  Prefix prefix;
  std::size_t scope = 0;  // index into names
};

struct ScopeSet {
  std::vector<std::string> names;
  std::vector<ScopedPrefix> prefixes;  // in any order; none twice
  std::size_t default_scope = 0;       // index into names
};

// The longest prefix that holds the address as it is judged, or null where the default scope has it. Linear.
const ScopedPrefix* longest_match(const ScopeSet& scopes, const Address& address);

}  // namespace podmeter
