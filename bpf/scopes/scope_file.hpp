// SPDX-License-Identifier: Apache-2.0
// The scope file: a JSON list of scopes, each with a name and prefixes. One scope is the default.
//
//   [{"name": "private", "prefixes": ["10.0.0.0/8", "fc00::/7"]}, {"name": "public", "default": true}]
//
// A scope may hold a "description" for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

inline constexpr std::size_t kScopeNameMax = 63;  // bytes, the limit of a Kubernetes label's value

struct ScopeFault {
  std::size_t line = 0;  // from 1
  std::string text;
};
using ScopeFaults = std::vector<ScopeFault>;

// Parses a scope file. Fails with its faults sorted by line, at most twenty; text that is not JSON, or not of that
// shape, gives a single fault.
Result<ScopeSet, ScopeFaults> parse_scopes(std::string_view text);
// "FILE:LINE: FAULT" for each fault, separated by newlines.
std::string describe(const std::string& file, const ScopeFaults& faults);

// A scope file with the same meaning, without white space.
std::string to_text(const ScopeSet& scopes);

}  // namespace podmeter
