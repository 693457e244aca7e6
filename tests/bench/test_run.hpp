// SPDX-License-Identifier: Apache-2.0
// The cost of a program by BPF_PROG_TEST_RUN.
#pragma once

#include "bpf/base/result.hpp"
#include "tests/packets/packet_builder.hpp"

namespace podmeter::bench {

// Nanoseconds a packet, when a program runs `repeat` times on the same one. Timed around the call: the duration that
// the call tells is in whole nanoseconds. Refuses a program that doesn't return "next".
Result<double> packet_cost(int program, const tests::Frame& frame, int repeat);

}  // namespace podmeter::bench
