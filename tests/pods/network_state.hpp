// SPDX-License-Identifier: Apache-2.0
// The network of a namespace as text, to compare before and after.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// All that rtnetlink tells of a namespace's links, addresses, routes, neighbours and qdiscs, but for statistics and
// ages: to be compared.
Result<std::string> network_state(const NetNs& netns);
// True if an interface has come up: the kernel does that later, and then leaves its state alone.
Result<bool> has_come_up(const NetNs& netns, std::uint32_t ifindex);

}  // namespace podmeter::tests
