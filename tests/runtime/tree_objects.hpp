// SPDX-License-Identifier: Apache-2.0
// A tree's programs and maps in the kernel, whether or not anything in the tree still leads to them.
#pragma once

#include <cstdint>
#include <vector>

#include "bpf/tree/pin_tree.hpp"

namespace podmeter::tests {

// The kernel's IDs of all programs that count by this tree's scope table, so of all its meters and of no other tree's.
std::vector<std::uint32_t> programs_of(const PinTree& tree);
// The counter maps pinned in the tree, live, ended and unfinished.
std::vector<std::uint32_t> counter_maps_of(const PinTree& tree);
// True if none of these maps is left.
bool maps_are_gone(const std::vector<std::uint32_t>& ids);

}  // namespace podmeter::tests
