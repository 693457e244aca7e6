// SPDX-License-Identifier: Apache-2.0
// The conditions that a node must meet after a call went wrong.
#pragma once

#include <cstddef>
#include <string>

#include "tests/faults/traced_node.hpp"

namespace podmeter::tests {

// How many meters there are to be.
struct Expected {
  std::size_t least_live = 0, most_live = 0;
  std::size_t least_ended = 0, most_ended = 0;
  std::size_t most_idle_pages = 0;  // of a scope table that doesn't run any more, or never did
};

// The conditions that the node doesn't meet, a line each. Every meter is whole, counts on its pod and is readable by
// the group; nothing is unfinished, nothing made is held by nobody, the pods' networks are as they were made.
std::string complaints(TracedNode& traced_node, const Expected& expected);
// The same of the audits and the kernel's objects alone: no meter has a fault without a cause, nothing made is held by
// nobody, the pods' networks are as they were made.
std::string complaints_of_kernel(TracedNode& traced_node);
// The first if `expected` is given, else the second, after as long as the kernel takes to let go.
std::string lasting_complaints(TracedNode& traced_node, const std::optional<Expected>& expected);

}  // namespace podmeter::tests
