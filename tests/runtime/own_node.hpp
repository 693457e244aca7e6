// SPDX-License-Identifier: Apache-2.0
// The files of a node, for the test process alone.
#pragma once

#include <sys/types.h>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

inline constexpr gid_t kPodmeterGroup = 4711;

// In the process's own namespaces: an empty /run to put files in, a group `podmeter` with that number, nothing in
// /etc/podmeter.
Result<void> make_own_node();

}  // namespace podmeter::tests
