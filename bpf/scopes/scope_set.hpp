// SPDX-License-Identifier: Apache-2.0
// An operator's scopes: names, prefixes, and the default scope for all other addresses.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bpf/kernel/abi.h"
#include "bpf/scopes/address.hpp"

namespace podmeter {

inline constexpr std::size_t kScopesMax = PM_SCOPES - 2;  // slot 0 is `other`, the last one is unused
inline constexpr std::size_t kPrefixesMax = 100'000;

struct ScopedPrefix {
  Prefix prefix;
  std::size_t scope = 0;  // index into names
};

struct ScopeSet {
  std::vector<std::string> names;
  std::vector<ScopedPrefix> prefixes;  // in any order, each once
  std::size_t default_scope = 0;       // index into names
};

// The longest prefix that holds looked_up(address); null where none does, which means the default scope. Linear time.
const ScopedPrefix* longest_match(const ScopeSet& scopes, const Address& address);

}  // namespace podmeter
