// SPDX-License-Identifier: Apache-2.0
// The packets that programs are raced on: TCP, 1000 bytes of IP packet, the remote address where the direction has it.
#pragma once

#include <string>
#include <vector>

#include "bpf/kernel/abi.h"
#include "tests/packets/packet_builder.hpp"

namespace podmeter::bench {

struct Packet {
  std::string name;  // "IPv4 public egress"
  pm_direction direction;
  tests::Frame frame;
};

// Both families, directions and scopes; IPv4 egress to a public address first.
std::vector<Packet> all_packets();

}  // namespace podmeter::bench
