// SPDX-License-Identifier: Apache-2.0
// Frames and super-packets that a program builds itself (AF_PACKET, tun), cut by the kernel at the second hop.
#include "tests/checks/ground_truth.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/packets/super_sender.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

const auto kPodIpv4 = address(kIpv4Ends.pod), kFarIpv4 = address(kIpv4Ends.far);
const auto kPodIpv6 = address(kIpv6Ends.pod), kFarIpv6 = address(kIpv6Ends.far);

// An IP packet, without what stands before it.
struct Shape {
  const char* what;
  const Ends& ends;
  PacketBuilder (*add)(PacketBuilder);
  std::uint16_t transport;  // behind the IP header's first byte
  Cut cut;
  std::uint16_t size;
  std::size_t payload;
};

PacketBuilder ipv4(PacketBuilder to, std::uint8_t protocol, std::size_t options = 0) {
  return to.ipv4({.from = kPodIpv4, .to = kFarIpv4, .protocol = protocol, .options = options});
}

PacketBuilder ipv6(PacketBuilder to, std::uint8_t next) {
  return to.ipv6({.from = kPodIpv6, .to = kFarIpv6, .next = next});
}

PacketBuilder tcp4(PacketBuilder to) {
  return ipv4(std::move(to), 6).tcp(12);
}
PacketBuilder tcp4_all_options(PacketBuilder to) {
  return ipv4(std::move(to), 6, 40).tcp(40);
}
PacketBuilder tcp6(PacketBuilder to) {
  return ipv6(std::move(to), 6).tcp(0);
}
PacketBuilder tcp6_behind_options(PacketBuilder to) {
  return ipv6(std::move(to), 60).extension(6, 1).tcp(20);
}
PacketBuilder udp4(PacketBuilder to) {
  return ipv4(std::move(to), 17).udp();
}
PacketBuilder udp6(PacketBuilder to) {
  return ipv6(std::move(to), 17).udp();
}

const std::vector<Shape>& super_packets() {
  static const std::vector<Shape> shapes{
      {"TCP/IPv4", kIpv4Ends, tcp4, 20, Cut::kTcpIpv4, 1448, 60'000},
      {"TCP/IPv4, a last one of 1 byte", kIpv4Ends, tcp4, 20, Cut::kTcpIpv4, 1000, 10'001},
      {"TCP/IPv4, whole ones only", kIpv4Ends, tcp4, 20, Cut::kTcpIpv4, 1000, 10'000},
      {"TCP/IPv4 in small pieces", kIpv4Ends, tcp4, 20, Cut::kTcpIpv4, 8, 1001},
      {"TCP/IPv4 with all options that fit", kIpv4Ends, tcp4_all_options, 60, Cut::kTcpIpv4, 1300, 20'000},
      {"TCP/IPv6", kIpv6Ends, tcp6, 40, Cut::kTcpIpv6, 1440, 60'000},
      {"TCP/IPv6 behind destination options", kIpv6Ends, tcp6_behind_options, 56, Cut::kTcpIpv6, 1300, 20'000},
      {"UDP/IPv4", kIpv4Ends, udp4, 20, Cut::kUdp, 1472, 60'000},
      {"UDP/IPv4, a last one of 1 byte", kIpv4Ends, udp4, 20, Cut::kUdp, 1200, 2401},
      {"UDP/IPv6", kIpv6Ends, udp6, 40, Cut::kUdp, 1452, 60'000},
  };
  return shapes;
}

SuperPacket behind(const PacketBuilder& link_layer, const Shape& shape) {
  const auto start = link_layer.build().size();
  return {shape.add(link_layer).payload(shape.payload).build(), shape.cut, shape.size,
          static_cast<std::uint16_t>(start + shape.transport)};
}

std::uint16_t type_of(const Shape& shape) {
  return address(shape.ends.pod).is_ipv4() ? 0x0800 : 0x86dd;
}

std::uint64_t packets(const Shape& shape) {
  return (shape.payload + shape.size - 1) / shape.size;
}

constexpr std::uint64_t kTimes = 10;
// Last byte of an Ethernet address that is not the bridge's own, whose packets it would keep.
constexpr std::uint8_t kBeyondTheBridge = 9;

Passed pass(GroundTruth& truth, const SuperSender& sender, const SuperPacket& packet) {
  for (std::uint64_t i = 0; i < kTimes; i++)
    must(sender.send(packet));
  return truth.check();
}

}  // namespace

TEST_CASE("a super-packet that a program in the pod describes counts as what the kernel makes of it") {
  auto truth = GroundTruth::create(1500, GENERATE(Attach::kTcx, Attach::kClsact));
  const auto sender = must(SuperSender::open(truth.hop.pod, truth.hop.near.ifindex[1]));
  for (const auto& shape : super_packets()) {
    INFO(shape.what);
    const auto passed = pass(truth, sender, behind(PacketBuilder().ethernet(type_of(shape)), shape));
    CHECK(passed.wire.of[PM_EGRESS].packets == kTimes * packets(shape));
    CHECK(passed.in_super_packets(GroundTruth::kPod, PM_EGRESS));
    CHECK(passed.in_super_packets(GroundTruth::kRouter, PM_EGRESS));
  }
}

TEST_CASE("a super-packet behind one or two VLAN tags counts as what the kernel makes of it") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  auto truth = GroundTruth::create(1500, how, SecondHop::Crossing::kBridged);
  const auto sender = must(SuperSender::open(truth.hop.pod, truth.hop.near.ifindex[1]));
  for (const auto& shape : super_packets())
    for (const auto& tags : {PacketBuilder().ethernet(0x8100), PacketBuilder().ethernet(0x88a8).vlan(0x8100)}) {
      INFO(shape.what << ", behind " << tags.build().size() << " bytes");
      auto packet = behind(PacketBuilder(tags).vlan(type_of(shape)), shape);
      packet.frame[5] = kBeyondTheBridge;
      const auto passed = pass(truth, sender, packet);
      CHECK(passed.wire.of[PM_EGRESS].packets == kTimes * packets(shape));
      CHECK(passed.in_super_packets(GroundTruth::kPod, PM_EGRESS));
      CHECK(passed.in_super_packets(GroundTruth::kRouter, PM_EGRESS));
    }
}

TEST_CASE("only BIG TCP's hop-by-hop header is taken for one that no packet on the wire has") {
  auto truth = GroundTruth::create(1500, Attach::kTcx);
  const auto sender = must(SuperSender::open(truth.hop.pod, truth.hop.near.ifindex[1]));
  const auto header = PacketBuilder().ethernet(0x86dd).ipv6({.from = kPodIpv6, .to = kFarIpv6, .next = 0, .claims = 0});
  const auto frame = PacketBuilder(header).extension(6, 0).tcp(0).payload(70'000).build();
  const auto passed = pass(truth, sender, {frame, Cut::kTcpIpv6, 1400, 62});
  CHECK(passed.wire.of[PM_EGRESS].packets == kTimes * 50);
  CHECK(passed.wire.of[PM_EGRESS].bytes == kTimes * (70'000 + 50 * 68));
}

TEST_CASE("a super-packet into a pod from outside the kernel counts as what the kernel makes of it") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  auto hop = must(SecondHop::create(1500));
  const auto sender = must(SuperSender::make_tun(hop.router));
  std::vector<MeteredInterface> meters;
  meters.push_back(MeteredInterface::create(hop.router, sender.ifindex(), how, PM_INGRESS, LinkLayer::kNone));
  GroundTruth truth(std::move(hop), std::move(meters));
  for (const auto& shape : super_packets()) {
    INFO(shape.what);
    const auto passed = pass(truth, sender, behind({}, shape));
    CHECK(passed.wire.of[PM_EGRESS].packets == kTimes * packets(shape));
    CHECK(passed.in_super_packets(0, PM_EGRESS));
  }
}

TEST_CASE("a large frame, tagged or not, counts as the packet that the second hop passes on") {
  const auto crossing = GENERATE(SecondHop::Crossing::kRouted, SecondHop::Crossing::kBridged);
  auto truth = GroundTruth::create(9001, GENERATE(Attach::kTcx, Attach::kClsact), crossing);
  const auto sender = must(FrameSocket::open(truth.hop.pod, truth.hop.near.ifindex[1]));
  const bool bridged = crossing == SecondHop::Crossing::kBridged;
  for (const auto& shape : super_packets())
    for (const std::size_t payload : {1U, 1400U, 4200U, 8850U}) {
      INFO(shape.what << " with " << payload);
      const auto type = type_of(shape);
      const auto link_layer = bridged ? PacketBuilder().ethernet(0x8100).vlan(type) : PacketBuilder().ethernet(type);
      auto frame = shape.add(link_layer).payload(payload).build();
      frame[5] = bridged ? kBeyondTheBridge : frame[5];
      must(sender.send(frame, bridged ? 0x8100 : type));
      CHECK(truth.check().wire.of[PM_EGRESS].packets == 1);
    }
}

}  // namespace podmeter::tests
