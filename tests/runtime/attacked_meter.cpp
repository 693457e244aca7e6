// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/attacked_meter.hpp"

#include "tests/runtime/cni.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

AttackedMeter::AttackedMeter(HostilePod::Privilege privilege)
    : hostile_pod_(HostilePod::create(privilege)),
      outside_(must(FrameSocket::open(hostile_pod_.pod().host, hostile_pod_.pod().veth.ifindex[1]))) {
  make_succeeding(with(add_call(hostile_pod_.pod().netns), {{"attach", "tcx"}}));
}

void AttackedMeter::pass(const FrameSocket& inside, pm_direction direction) {
  const auto frame = PacketBuilder().ethernet(0x0800).ipv4({}).udp().payload(100).build();
  const auto& from = direction == PM_EGRESS ? inside : outside_;
  const auto& to = direction == PM_EGRESS ? outside_ : inside;
  must(from.send(frame, 0x0800));
  while (must(to.receive()) != frame) {
  }
  wanted_ = plus(wanted_, direction, {PM_SCOPE_PUBLIC, 128});
}

void AttackedMeter::check_counts(const NetNs& netns) {
  const auto inside = must(FrameSocket::open(netns, hostile_pod_.pod().ifindex()));
  for (const auto direction : kDirections)
    pass(inside, direction);
  const auto counted = shown_meter().counters;
  INFO("wanted\n" << text_of(wanted_) << "counted\n" << text_of(counted));
  CHECK(same(counted, wanted_));
}

}  // namespace podmeter::tests
