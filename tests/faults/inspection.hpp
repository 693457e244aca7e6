// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "tests/faults/scene.hpp"

namespace podmeter::tests {

// How many meters there are to be.
struct Expected {
  std::size_t least_live = 0, most_live = 0;
  std::size_t least_ended = 0, most_ended = 0;
  std::size_t most_idle_pages = 0;  // of a scope table that doesn't run any more, or never did
};

// What is not as it ought to be, a line each; empty where there is nothing to complain of. Every meter is whole, counts
// on its pod and is readable by the group; nothing is half-made, nothing made is held by nobody, the pods' networks are
// as they were made.
std::string complaints(Scene& scene, const Expected& expected);
// Of what the kernel holds alone: nothing made is held by nobody, the pods' networks are as they were made.
std::string complaints_of_kernel(Scene& scene);
// Either, after as long as the kernel takes to let go.
std::string lasting_complaints(Scene& scene, const std::optional<Expected>& expected);

}  // namespace podmeter::tests
