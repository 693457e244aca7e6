// SPDX-License-Identifier: Apache-2.0
// The node's commands about scopes. Each prints its result to stdout or an error to stderr, and returns the exit
// status.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace podmeter {

enum class Output : std::uint8_t { kTable, kJson };

// Checks that a scope file can be put into use, and shows its scopes.
int check_scopes(const std::string& file, Output output);
// Puts a file's scopes into use for all meters of the tree; the built-in ones where `file` is kDefaultScopes and
// doesn't exist.
int apply_scopes(const std::string& file, const std::string& pin_root, Output output);

struct Classification {
  std::vector<std::string> addresses;
  std::string file;  // if empty, the table in use
  std::string pin_root;
};
// Shows the scope, the matching prefix and the table's generation for each address.
int classify(const Classification& asked, Output output);

}  // namespace podmeter
