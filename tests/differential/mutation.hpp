// SPDX-License-Identifier: Apache-2.0
// A packet changed a little, at random.
#pragma once

#include "tests/differential/packet.hpp"
#include "tests/support/random.hpp"

namespace podmeter::tests {

// The kernel runs no program on a frame of less, and none on one that doesn't fit in a page.
inline constexpr std::size_t kFrameMin = 14, kFrameMax = 3500;

// Makes one thing of the packet wrong, or another: a bit, a byte, a length, its end, a tag, what it says of segments.
void mutate(Packet& packet, Random& random);
// No super-packet, one of the kernel's or one of a stranger's.
Gso random_gso(Random& random, std::size_t payload);

}  // namespace podmeter::tests
