// SPDX-License-Identifier: Apache-2.0
// The node's commands about scopes. Each prints to stdout what was asked for, to stderr what is wrong, and returns its
// exit status.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace podmeter {

enum class Output : std::uint8_t { kTable, kJson };

// Whether a scope file could be run, and how it reads.
int check_scopes(const std::string& file, Output output);
// Makes a file's scopes what all meters of the tree count by; the built-in ones where `file` is kDefaultScopes and not
// there.
int apply_scopes(const std::string& file, const std::string& pin_root, Output output);

struct Classification {
  std::vector<std::string> addresses;
  std::string file;  // empty: by the table that runs
  std::string pin_root;
};
// Scope, matching prefix and the table's generation for each address.
int classify(const Classification& asked, Output output);

}  // namespace podmeter
