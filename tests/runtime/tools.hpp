// SPDX-License-Identifier: Apache-2.0
// iproute2 in a test's namespaces: what an operator or a pod would type.
#pragma once

#include <string>

#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// Lines of `ip -batch` or `tc -batch`, run in a namespace. A line that fails fails the test.
void ip(const NetNs& netns, const std::string& lines);
void tc(const NetNs& netns, const std::string& lines);

}  // namespace podmeter::tests
