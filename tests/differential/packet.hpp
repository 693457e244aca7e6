// SPDX-License-Identifier: Apache-2.0
// A packet as both the meter and the reference take it.
#pragma once

#include <string>

#include "bpf/kernel/abi.h"
#include "tests/meters/loaded_meter.hpp"

namespace podmeter::tests {

// All that a classifier is told.
struct Packet {
  LinkLayer link_layer = LinkLayer::kEthernet;
  pm_direction direction = PM_EGRESS;
  Gso gso{};
  Frame frame;
};

struct NamedPacket {
  std::string name;
  Packet packet;
};

}  // namespace podmeter::tests
