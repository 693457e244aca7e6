// SPDX-License-Identifier: Apache-2.0
// UDP: super-packets of many datagrams, and datagrams of many fragments, count as what the wire carries.
#include "tests/checks/ground_truth.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint16_t kPort = 5002;
constexpr std::size_t kSends = 20, kDatagrams = 7;

// So many that the last datagram is a short one.
std::size_t bytes_in(int size) {
  return static_cast<std::size_t>(size) * kDatagrams - 3;
}

// One at a time, so that no queue is ever full.
void send(const UdpSocket& from, const UdpSocket& to, const Endpoint& at, std::size_t bytes) {
  for (std::size_t i = 0; i < kSends; i++) {
    must(from.send(bytes, at));
    for (std::size_t received = 0; received < bytes;)
      received += must(to.receive());
  }
}

}  // namespace

TEST_CASE("UDP super-packets out of a pod count as the datagrams that they are cut into") {
  auto truth = GroundTruth::create(9001, GENERATE(Attach::kTcx, Attach::kClsact));
  for (const auto& ends : {kIpv4Ends, kIpv6Ends})
    for (const int size : {5, 1400, 8900}) {
      const auto pod = must(UdpSocket::open(truth.hop.pod, {ends.pod, kPort}));
      const auto far = must(UdpSocket::open(truth.hop.far, {ends.far, kPort}));
      must(pod.segment(size));
      send(pod, far, {ends.far, kPort}, bytes_in(size));
      const auto passed = truth.check();
      CHECK(passed.wire.of[PM_EGRESS].packets == kSends * kDatagrams);
      CHECK(passed.in_super_packets(GroundTruth::kPod, PM_EGRESS));
      CHECK(passed.in_super_packets(GroundTruth::kRouter, PM_EGRESS));
    }
}

TEST_CASE("UDP into a pod that merges what arrives counts as the datagrams that came") {
  auto truth = GroundTruth::create(9001, GENERATE(Attach::kTcx, Attach::kClsact));
  for (const auto& ends : {kIpv4Ends, kIpv6Ends})
    for (const int size : {5, 1400, 8900}) {
      const auto far = must(UdpSocket::open(truth.hop.far, {ends.far, kPort}));
      const auto pod = must(UdpSocket::open(truth.hop.pod, {ends.pod, kPort}));
      must(far.segment(size));
      must(pod.merge());
      send(far, pod, {ends.pod, kPort}, bytes_in(size));
      const auto passed = truth.check();
      CHECK(passed.wire.of[PM_INGRESS].packets == kSends * kDatagrams);
      CHECK(passed.in_super_packets(GroundTruth::kPod, PM_INGRESS));
    }
}

TEST_CASE("a datagram in fragments counts as its fragments, headers of each included") {
  auto truth = GroundTruth::create(GENERATE(1500U, 9001U), GENERATE(Attach::kTcx, Attach::kClsact));
  for (const auto& ends : {kIpv4Ends, kIpv6Ends}) {
    const auto pod = must(UdpSocket::open(truth.hop.pod, {ends.pod, kPort}));
    const auto far = must(UdpSocket::open(truth.hop.far, {ends.far, kPort}));
    send(pod, far, {ends.far, kPort}, 60'000);
    send(far, pod, {ends.pod, kPort}, 30'000);
    const auto passed = truth.check();
    CHECK(passed.wire.of[PM_EGRESS].packets > kSends * 60'000 / truth.hop.mtu);
    CHECK(passed.wire.of[PM_INGRESS].packets > kSends * 30'000 / truth.hop.mtu);
  }
}

}  // namespace podmeter::tests
