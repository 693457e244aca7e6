// SPDX-License-Identifier: Apache-2.0
// What must be true of the node after a call went wrong.
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

// What is not as it ought to be, a line each; empty where there is nothing to complain of. Every meter is whole, counts
// on its pod and is readable by the group; nothing is unfinished, nothing made is held by nobody, the pods' networks
// are as they were made.
std::string complaints(TracedNode& traced_node, const Expected& expected);
// Of what the kernel holds, and what is told of it, alone: no meter has a fault that nothing is the cause of, nothing
// made is held by nobody, the pods' networks are as they were made.
std::string complaints_of_kernel(TracedNode& traced_node);
// Either, after as long as the kernel takes to let go.
std::string lasting_complaints(TracedNode& traced_node, const std::optional<Expected>& expected);

}  // namespace podmeter::tests
