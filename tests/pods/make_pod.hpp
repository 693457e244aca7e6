// SPDX-License-Identifier: Apache-2.0
// The pod that most test cases start from. Needs Catch2, as the rest of pods/ does not.
#pragma once

#include "tests/pods/pod.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

// Without IPv6 nothing is on the wire but what a test sends. The calling test fails where the pod can't be made.
inline Pod make_pod(NetNs::Ipv6Stack ipv6 = NetNs::Ipv6Stack::kOff, unsigned mtu = 1500) {
  return must(Pod::create(ipv6, mtu));
}

}  // namespace podmeter::tests
