// SPDX-License-Identifier: Apache-2.0
// Loads scopes from the operator's file, or the built-in ones.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/scopes/scope_file.hpp"

namespace podmeter {

inline constexpr char kDefaultScopes[] = "/etc/podmeter/scopes.json";

// Identifies a file and its state: device, inode, size, mtime and ctime (stat(2)), then a 1. All 0 for the built-in
// scopes.
using ScopeSource = std::array<std::uint64_t, 6>;

// The scopes of conf/scopes/default.json.
const ScopeSet& built_in_scopes();

// The file's state; all 0 where the path is kDefaultScopes and doesn't exist.
Result<ScopeSource> source_of(const std::string& path);

struct SourcedScopes {
  ScopeSet scopes;
  ScopeSource source{};
};
// The file's scopes; the built-in ones where the path is kDefaultScopes and doesn't exist. The error has the file, and
// the line of each fault.
Result<SourcedScopes> load_scopes(const std::string& path);

}  // namespace podmeter
