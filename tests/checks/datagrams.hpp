// SPDX-License-Identifier: Apache-2.0
// The traffic that most test cases send, and the counters that it makes.
#pragma once

#include "bpf/kernel/abi.h"
#include "tests/pods/pod.hpp"

namespace podmeter::tests {

// UDP datagrams with 100 bytes of payload from the pod to its host, of public scope. Returns when all have arrived.
void send_datagrams(const Pod& pod, int count = 1);
// The counters of a meter that has counted so many of them and nothing else.
pm_counters datagrams_counted(std::uint64_t count);

}  // namespace podmeter::tests
