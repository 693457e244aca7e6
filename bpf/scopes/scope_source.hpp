// SPDX-License-Identifier: Apache-2.0
// Where scopes come from: the operator's file, or the built-in table where there is none.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/scopes/scope_file.hpp"

namespace podmeter {

inline constexpr char kDefaultScopes[] = "/etc/podmeter/scopes.json";

// Which file a table was made from, in which state: stat(2)'s device, inode, size and its last two times. All 0 where
// it was made from none.
using ScopeSource = std::array<std::uint64_t, 6>;

// conf/scopes/default.json.
const ScopeSet& built_in_scopes();

// The file's state; all 0 where it is kDefaultScopes and not there.
Result<ScopeSource> source_of(const std::string& path);

struct SourcedScopes {
  ScopeSet scopes;
  ScopeSource source{};
};
// The file's scopes; the built-in ones where it is kDefaultScopes and not there. The error names the file, and of each
// fault the line.
Result<SourcedScopes> load_scopes(const std::string& path);

}  // namespace podmeter
