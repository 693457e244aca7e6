// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/faults/scene.hpp"

namespace podmeter::tests {

// All of a scene that what a verb does may depend on, as text: what is in the tree, who may read it, which programs are
// on the pods, which scopes run, what is left over. Not counts, times or the kernel's numbers. Of two scenes in the
// same state the same becomes.
std::string state_of(Scene& scene);

}  // namespace podmeter::tests
