// SPDX-License-Identifier: Apache-2.0
// Packets made by hand.
#pragma once

#include <vector>

#include "tests/differential/packet.hpp"

namespace podmeter::tests {

// Packets that take each way through a classifier, right ones and wrong ones. Their two addresses are in different
// scopes. All names differ.
const std::vector<NamedPacket>& hand_made();

}  // namespace podmeter::tests
