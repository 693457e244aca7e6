// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

const ScopedPrefix* longest_match(const ScopeSet& scopes, const Address& address) {
  const Address at = looked_up(address);
  const ScopedPrefix* longest = nullptr;
  for (const auto& each : scopes.prefixes)
    if (each.prefix.holds(at) && (longest == nullptr || each.prefix.length > longest->prefix.length))
      longest = &each;
  return longest;
}

}  // namespace podmeter
