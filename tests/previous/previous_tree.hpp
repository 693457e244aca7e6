// SPDX-License-Identifier: Apache-2.0
// A tree as the version before operators' scopes made it: its program, its pins, its modes, its identity.
#pragma once

#include <sys/types.h>

#include <string>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "tests/pods/pod.hpp"

namespace podmeter::tests {

// Makes the tree where it is missing, and in it a live meter on the pod's eth0, attached by tcx or clsact.
Result<void> make_previous_meter(const PinTree& tree, const Pod& pod, const std::string& container,
                                 const std::string& attach, gid_t readers);

}  // namespace podmeter::tests
