// SPDX-License-Identifier: Apache-2.0
// The answer to /readyz.
#pragma once

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Succeeds if a scrape can find meters: the tree can be listed, or it doesn't exist yet and would be made in a bpffs.
// The error says what stands in the way.
Result<void> check_readiness(const PinTree& tree);

}  // namespace podmeter
