// SPDX-License-Identifier: Apache-2.0
// The tree that a verb or a pass of reconcile works on, its configuration, the group that may read it, and the log.
#pragma once

#include <sys/types.h>

#include "bpf/base/log.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/protocol/settings.hpp"

namespace podmeter {

struct Context {
  PinTree tree;
  Settings settings;
  gid_t readers = 0;  // the group that may read the tree, by find_readers(); 0: root alone
  const Log& log;
};

}  // namespace podmeter
