// SPDX-License-Identifier: Apache-2.0
// The state of the node as text, to tell whether a state was seen before.
#pragma once

#include <string>

#include "tests/faults/traced_node.hpp"

namespace podmeter::tests {

// All of a node that a verb may depend on, as text: what is in the tree, who may read it, which programs are on the
// pods, which scopes run, what is left over. Counts, times and the kernel's numbers are left out. A verb does the same
// to two nodes in the same state.
std::string state_of(TracedNode& traced_node);

}  // namespace podmeter::tests
