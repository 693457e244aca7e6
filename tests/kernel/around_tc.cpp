// SPDX-License-Identifier: Apache-2.0
// Packets that a pod with CAP_NET_RAW sends past all classifiers: the meter can't count them, the device does.
#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/packets/xdp_socket.hpp"
#include "tests/pods/device_statistics.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint64_t kFrames = 200;  // more than an AF_XDP ring has places

Frame make_frame() {
  return PacketBuilder().ethernet(0x0800).ipv4({}).udp().payload(1000).build();
}

// A metered pod, and what its interface had sent before.
struct Metered {
  Pod pod;
  LoadedMeter meter;
  FrameSocket host;
  DeviceStatistics before;

  static Metered create(Attach how) {
    auto pod = make_pod();
    auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
    {
      const auto inside = must(pod.netns.enter());
      must(meter.meter().attach(pod.ifindex(), how, meter.dir()));
    }
    auto host = must(FrameSocket::open(pod.host, pod.veth.ifindex[1]));
    const auto before = must(statistics_of(pod.netns, pod.ifindex()));
    return {std::move(pod), std::move(meter), std::move(host), before};
  }

  template <class Send>
  void check_goes_around(const Send& send) const {
    const auto frame = make_frame();
    for (std::uint64_t i = 0; i < kFrames; i++) {
      must(send(frame));
      CHECK(must(host.receive()) == frame);
    }
    CHECK(same(must(meter.read()), {}));
    const auto after = must(statistics_of(pod.netns, pod.ifindex()));
    CHECK(after.sent_packets - before.sent_packets == kFrames);
    CHECK(after.sent_bytes - before.sent_bytes == kFrames * frame.size());
  }

  // The device counts what the meter counts too: the difference is what went around.
  void check_ordinary_frame() const {
    const auto frame = make_frame();
    must(must(FrameSocket::open(pod.netns, pod.ifindex())).send(frame, 0x0800));
    CHECK(same(must(meter.read()), plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, frame.size() - 14})));
    const auto after = must(statistics_of(pod.netns, pod.ifindex()));
    CHECK(after.sent_packets - before.sent_packets == kFrames + 1);
  }
};

}  // namespace

TEST_CASE("what is sent with PACKET_QDISC_BYPASS goes around the meter and shows in the device's statistics") {
  const auto metered = Metered::create(GENERATE(Attach::kTcx, Attach::kClsact));
  const auto socket = must(FrameSocket::open(metered.pod.netns, metered.pod.ifindex()));
  must(socket.bypass_qdisc());
  metered.check_goes_around([&](const Frame& frame) { return socket.send(frame, 0x0800); });
  metered.check_ordinary_frame();
}

TEST_CASE("what is sent by AF_XDP goes around the meter and shows in the device's statistics") {
  const auto metered = Metered::create(GENERATE(Attach::kTcx, Attach::kClsact));
  auto socket = must(XdpSocket::open(metered.pod.netns, metered.pod.ifindex()));
  metered.check_goes_around([&](const Frame& frame) { return socket.send(frame); });
  metered.check_ordinary_frame();
}

}  // namespace podmeter::tests
