// SPDX-License-Identifier: Apache-2.0
// Meters on the way from a pod to the far end, and the wire behind them, which says what they should have counted.
#pragma once

#include <array>
#include <vector>

#include "bpf/base/fd.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/meters/loaded_meter.hpp"
#include "tests/packets/capture.hpp"
#include "tests/pods/second_hop.hpp"

namespace podmeter::tests {

// An interface with a meter on it, and beside the meter a program that counts what it is called for: super-packets as
// one.
class MeteredInterface {
 public:
  // Needs to be where the traffic passes; `egress` is the direction there of what leaves the pod.
  static MeteredInterface create(const NetNs& netns, std::uint32_t ifindex, Attach how, pm_direction egress,
                                 LinkLayer link_layer = LinkLayer::kEthernet);

  // The public scope's counts, and the calls, in the pod's directions.
  [[nodiscard]] pm_count counted(pm_direction direction) const;
  [[nodiscard]] std::uint64_t calls(pm_direction direction) const;
  // Packets that aren't IP, of both directions.
  [[nodiscard]] std::uint64_t other_packets() const;

 private:
  MeteredInterface(LoadedMeter meter, pm_direction egress) : meter_(std::move(meter)), egress_(egress) {}
  [[nodiscard]] pm_direction here(pm_direction direction) const;

  LoadedMeter meter_;
  pm_direction egress_;
  std::vector<ForeignProgram> foreign_programs_;  // a direction each
  std::vector<Fd> links_;
};

// The traffic that crossed the wire, and how often each meter was called for it.
struct Passed {
  Traffic wire;
  std::vector<std::array<std::uint64_t, PM_DIRECTIONS>> calls{};

  // True if a meter was called for less than half of the packets, so that most came to it in super-packets.
  [[nodiscard]] bool in_super_packets(std::size_t meter, pm_direction direction) const {
    return calls[meter][direction] * 2 < wire.of[direction].packets;
  }
};

class GroundTruth {
 public:
  GroundTruth(SecondHop path, std::vector<MeteredInterface> meters);
  // Meters where the traffic leaves the pod, and where it enters the router, for which it is the other direction.
  enum { kPod, kRouter };
  static GroundTruth create(unsigned mtu, Attach how, SecondHop::Crossing crossing = SecondHop::Crossing::kRouted);

  const SecondHop hop;

  // Waits until nothing is under way, and checks, in the calling test, that each meter counted exactly what crossed the
  // wire in both directions. Returns what passed since the last check.
  Passed check();

 private:
  [[nodiscard]] bool all_agree(const Traffic& wire) const;
  [[nodiscard]] Traffic settled();
  [[nodiscard]] Passed total();

  std::vector<MeteredInterface> meters_;
  Capture wire_;
  std::uint64_t dropped_;  // before there was anything to count
  Passed last_;
};

}  // namespace podmeter::tests
