// SPDX-License-Identifier: Apache-2.0
// The scope file: a JSON list of scopes, each with a name and prefixes, one of them the default.
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

inline constexpr std::size_t kScopeNameMax = 63;  // bytes, as a Kubernetes label's value

struct ScopeFault {
  std::size_t line = 0;  // from 1
  std::string text;
};
using ScopeFaults = std::vector<ScopeFault>;

// What is wrong with the text, by line; of many faults the first twenty. What is no JSON, or not of that shape, is told
// as one.
Result<ScopeSet, ScopeFaults> parse_scopes(std::string_view text);
// "FILE:LINE: what is wrong", a line each, without a last newline.
std::string describe(const std::string& file, const ScopeFaults& faults);

// A scope file that says the same, without a space.
std::string to_text(const ScopeSet& scopes);

}  // namespace podmeter
