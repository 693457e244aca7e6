// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/tree/pin_tree.hpp"
#include "plugin/verbs/failure.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {

// Where on this node a call's meter belongs.
struct Node {
  PinTree tree;
  std::string name;  // the attachment's, in the tree; empty where the command has none
};

// Sees to a bpffs and makes the tree where it is missing.
Result<Node, Failure> open_node(const Call& call);

}  // namespace podmeter
