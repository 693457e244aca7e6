// SPDX-License-Identifier: Apache-2.0
// The scope sets that the long run uses in turn.
#pragma once

#include <string>
#include <vector>

#include "bpf/scopes/scope_set.hpp"

namespace podmeter::tests {

struct NamedScopes {
  std::string name;
  ScopeSet scopes;
};

// The tables that packets are looked up in: the built-in scopes, small random ones of every kind, and thousands of
// prefixes in 14 scopes.
std::vector<NamedScopes> differential_tables(std::uint64_t seed);

}  // namespace podmeter::tests
