// SPDX-License-Identifier: Apache-2.0
// The memory of CHECK and STATUS from call to call, in the tree's health/. Without a tree they remember nothing.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// A problem compared with the one that its subject had at the call before.
enum class Change : std::uint8_t {
  kNone,
  kNew,   // another than before, or what was before isn't known
  kOver,  // there is none any more
};
// Remembers a subject's problem; empty: it has none. The 80 subjects that had a new one last are remembered.
Change remember_problem(const PinTree& tree, const std::string& subject, const std::string& problem);

// True where remember_tried() was called with the same text less than a minute ago.
bool was_tried(const PinTree& tree, const std::string& what);
void remember_tried(const PinTree& tree, const std::string& what);

}  // namespace podmeter
