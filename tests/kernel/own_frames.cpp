// SPDX-License-Identifier: Apache-2.0
// Frames that a program in the pod builds itself (AF_PACKET): what it says of them isn't what they are.
#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Wire {
  Pod pod;
  LoadedMeter meter;
  FrameSocket inside, outside;
  pm_counters wanted{};

  static Wire create(Attach how, unsigned mtu) {
    auto pod = make_pod(NetNs::Ipv6Stack::kOff, mtu);
    auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
    {
      const auto in = must(pod.netns.enter());
      must(meter.meter().attach(pod.ifindex(), how, meter.dir()));
    }
    auto inside = must(FrameSocket::open(pod.netns, pod.veth.ifindex[0]));
    auto outside = must(FrameSocket::open(pod.host, pod.veth.ifindex[1]));
    return {std::move(pod), std::move(meter), std::move(inside), std::move(outside)};
  }

  void pass(const Frame& frame, std::uint16_t protocol, const Counted& counted) {
    for (const auto direction : kDirections) {
      const bool egress = direction == PM_EGRESS;
      must((egress ? inside : outside).send(frame, protocol));
      CHECK(must((egress ? outside : inside).receive()) == frame);
      wanted = plus(wanted, direction, counted);
    }
    const auto now = must(meter.read());
    INFO("frame of " << frame.size() << "\nwanted\n" << text_of(wanted) << "counted\n" << text_of(now));
    CHECK(same(now, wanted));
  }
};

}  // namespace

TEST_CASE("a frame is counted by what it holds, whatever its sender calls it, and arrives as it was sent") {
  auto wire = Wire::create(GENERATE(Attach::kTcx, Attach::kClsact), 1500);
  const auto ipv4 = PacketBuilder().ethernet(0x0800).ipv4({}).udp().payload(100).build();
  const auto ipv6 = PacketBuilder().ethernet(0x86dd).ipv6({}).udp().payload(100).build();
  for (const auto said : std::initializer_list<std::uint16_t>{0x0800, 0x86dd, 0x88b5, 0x0806, 0x8100}) {
    wire.pass(ipv4, said, {PM_SCOPE_PUBLIC, 128});
    wire.pass(ipv6, said, {PM_SCOPE_PUBLIC, 148});
  }
  wire.pass(PacketBuilder().ethernet(0x88b5).ipv4({}).udp().build(), 0x0800, {PM_SCOPE_OTHER, 28});
}

TEST_CASE("an untagged frame cut off in its IP header counts as other, at every length") {
  auto wire = Wire::create(Attach::kTcx, 1500);
  for (const auto& [type, whole] : {std::pair(0x0800, PacketBuilder().ethernet(0x0800).ipv4({}).build()),
                                    std::pair(0x86dd, PacketBuilder().ethernet(0x86dd).ipv6({}).build())})
    for (std::size_t size = 15; size < whole.size(); size++)
      wire.pass(Frame(whole.begin(), whole.begin() + static_cast<long>(size)), static_cast<std::uint16_t>(type),
                {PM_SCOPE_OTHER, size - 14});
}

TEST_CASE("a large frame, of which only the Ethernet header is in the linear part, is counted whole") {
  auto wire = Wire::create(GENERATE(Attach::kTcx, Attach::kClsact), 9001);
  wire.pass(PacketBuilder().ethernet(0x0800).ipv4({}).udp().payload(8900).build(), 0x0800, {PM_SCOPE_PUBLIC, 8928});
  wire.pass(PacketBuilder().ethernet(0x86dd).ipv6({}).udp().payload(8900).build(), 0x86dd, {PM_SCOPE_PUBLIC, 8948});
}

TEST_CASE("a VLAN tag, which the kernel may take out of the frame, changes neither bytes nor scope") {
  auto wire = Wire::create(GENERATE(Attach::kTcx, Attach::kClsact), 1500);
  const auto tagged = PacketBuilder().ethernet(0x8100).vlan(0x0800).ipv4({}).udp().payload(100).build();
  for (const auto direction : kDirections)
    must((direction == PM_EGRESS ? wire.inside : wire.outside).send(tagged, 0x8100));
  must(wire.inside.receive());
  must(wire.outside.receive());
  const auto counted = must(wire.meter.read());
  INFO(text_of(counted));
  for (const auto direction : kDirections) {
    CHECK(counted.of[direction][PM_SCOPE_PUBLIC].bytes == 128);
    CHECK(counted.of[direction][PM_SCOPE_PUBLIC].packets == 1);
  }
}

}  // namespace podmeter::tests
