// SPDX-License-Identifier: Apache-2.0
// Shared by the tests of reconcile's repairs and of its log.
#pragma once

#include <sys/stat.h>

#include <string>

#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {

inline std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    found++;
  return found;
}

// A live meter that nobody can look at.
inline void break_meter(const Node& node) {
  REQUIRE(::mkdir(node.live("broken").path().c_str(), 0750) == 0);
}

}  // namespace podmeter::tests
