// SPDX-License-Identifier: Apache-2.0
// The group that may read a tree.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

inline constexpr char kDefaultGroup[] = "podmeter";

// The ID of a group given by number or by its name in /etc/group. ENOENT where there is no such group. (getgrnam(3)
// would load shared objects, which a static program hasn't.)
Result<gid_t> find_group(const std::string& group);

struct Readers {
  gid_t group = 0;  // 0: root alone
  // Why it is not the configured one, and which it is instead. ENOENT where that one doesn't exist.
  std::optional<Error> fault;
};

// The one rule for who may read a tree. A configured group that exists may. One that can't be found takes a tree from
// nobody: the tree's group stays, and a new tree gets the default group, or is root's alone where that doesn't exist
// either. `configured` is empty where nothing is configured, or nothing that can be read, which its reader has told:
// then there is a fault only where a new tree is root's alone.
Readers find_readers(const PinTree& tree, const std::string& configured);

}  // namespace podmeter
