// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "bpf/pin_tree.hpp"
#include "plugin/failure.hpp"
#include "plugin/verbs.hpp"

namespace podmeter {

// Where on this node a call's meter belongs, and who may read it.
struct Node {
  PinTree tree;
  std::string name;  // the attachment's, in the tree; empty where the command has none
  gid_t readers;
};

// Sees to a bpffs and makes the tree where it is missing.
Result<Node, Failure> open_node(Call& call);

// The group that may read the pins: root's where the default group doesn't exist.
Result<gid_t> readers_of(const Settings& settings);

}  // namespace podmeter
