// SPDX-License-Identifier: Apache-2.0
#include "tests/checks/ground_truth.hpp"

#include <linux/pkt_cls.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "tests/pods/interface.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr auto kPause = std::chrono::milliseconds(10);
constexpr int kPauses = 200;

bool same(const Traffic& a, const Traffic& b) {
  return std::memcmp(a.of.data(), b.of.data(), sizeof(a.of)) == 0;
}

Traffic counted(const MeteredInterface& meter) {
  return {{meter.counted(PM_EGRESS), meter.counted(PM_INGRESS)}};
}

// On the way: the far end drops what it has no use for, captured already.
std::uint64_t dropped(const SecondHop& hop) {
  return must(dropped_in(hop.pod)) + must(dropped_in(hop.router));
}

std::vector<Flow> flows() {
  return {{address(kIpv4Ends.pod), address(kIpv4Ends.far)}, {address(kIpv6Ends.pod), address(kIpv6Ends.far)}};
}

std::string text_of(const pm_count& count) {
  return std::to_string(count.bytes) + " B/" + std::to_string(count.packets);
}

Passed since(const Passed& before, Passed now) {
  for (const auto direction : kDirections) {
    now.wire.of[direction].bytes -= before.wire.of[direction].bytes;
    now.wire.of[direction].packets -= before.wire.of[direction].packets;
    for (std::size_t i = 0; i < now.calls.size(); i++)
      now.calls[i][direction] -= before.calls[i][direction];
  }
  return now;
}

}  // namespace

MeteredInterface MeteredInterface::create(const NetNs& netns, std::uint32_t ifindex, Attach how, pm_direction egress,
                                          LinkLayer link_layer) {
  MeteredInterface made(must(LoadedMeter::load(link_layer)), egress);
  const auto inside = must(netns.enter());
  must(made.meter_.meter().attach(ifindex, how, made.meter_.dir()));
  for (const auto direction : kDirections) {
    made.foreign_programs_.push_back(must(ForeignProgram::load(direction, TC_ACT_UNSPEC)));
    made.links_.push_back(must(made.foreign_programs_.back().attach_tcx_last(ifindex)));
  }
  return made;
}

pm_direction MeteredInterface::here(pm_direction direction) const {
  return direction == PM_EGRESS ? egress_ : egress_ == PM_EGRESS ? PM_INGRESS : PM_EGRESS;
}

pm_count MeteredInterface::counted(pm_direction direction) const {
  return must(meter_.read()).of[here(direction)][PM_SCOPE_PUBLIC];
}

std::uint64_t MeteredInterface::calls(pm_direction direction) const {
  return must(foreign_programs_[here(direction)].seen());
}

std::uint64_t MeteredInterface::other_packets() const {
  const auto all = must(meter_.read());
  return all.of[PM_EGRESS][PM_SCOPE_OTHER].packets + all.of[PM_INGRESS][PM_SCOPE_OTHER].packets;
}

GroundTruth::GroundTruth(SecondHop path, std::vector<MeteredInterface> meters)
    : hop(std::move(path)),
      meters_(std::move(meters)),
      wire_(must(Capture::open(hop.far, hop.wire.ifindex[0], flows()))),
      dropped_(dropped(hop)),
      last_(total()) {}

GroundTruth GroundTruth::create(unsigned mtu, Attach how, SecondHop::Crossing crossing) {
  auto hop = must(SecondHop::create(mtu, crossing));
  std::vector<MeteredInterface> meters;
  meters.push_back(MeteredInterface::create(hop.pod, hop.near.ifindex[1], how, PM_EGRESS));
  meters.push_back(MeteredInterface::create(hop.router, hop.near.ifindex[0], how, PM_INGRESS));
  return {std::move(hop), std::move(meters)};
}

bool GroundTruth::all_agree(const Traffic& wire) const {
  return std::all_of(meters_.begin(), meters_.end(), [&](const auto& meter) { return same(counted(meter), wire); });
}

// Packets under way arrive late: looks until two looks and all meters agree. If they never do, the last look.
Traffic GroundTruth::settled() {
  auto before = must(wire_.read());
  for (int i = 0; i < kPauses; i++) {
    std::this_thread::sleep_for(kPause);
    const auto now = must(wire_.read());
    if (same(now, before) && all_agree(now))
      return now;
    before = now;
  }
  return before;
}

Passed GroundTruth::total() {
  Passed passed{must(wire_.read())};
  for (const auto& meter : meters_)
    passed.calls.push_back({meter.calls(PM_EGRESS), meter.calls(PM_INGRESS)});
  return passed;
}

Passed GroundTruth::check() {
  const auto wire = settled();
  CHECK(wire.longest <= hop.mtu);
  CHECK(dropped(hop) == dropped_);
  for (std::size_t i = 0; i < meters_.size(); i++)
    for (const auto direction : kDirections) {
      INFO(direction_name(direction) << " of the pod, meter " << i);
      CHECK(text_of(meters_[i].counted(direction)) == text_of(wire.of[direction]));
      CHECK(meters_[i].other_packets() == 0);
    }
  const auto now = total();
  return since(std::exchange(last_, now), now);
}

}  // namespace podmeter::tests
