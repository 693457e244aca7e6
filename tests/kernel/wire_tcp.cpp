// SPDX-License-Identifier: Apache-2.0
// TCP in bulk: the meter sees super-packets, and counts what the wire carries, to the byte and the packet.
#include "tests/checks/ground_truth.hpp"
#include "tests/packets/tcp_stream.hpp"
#include "tests/pods/interface.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kBytes = 6'000'000;
constexpr std::uint16_t kPort = 5001;
// Some 130 packets of 1,500 bytes, of 256 that a merging veth queues.
constexpr int kWindow = 100'000;

struct Way {
  const NetNs &from, &to;
  const char* address;
};

void pass(const Way& way) {
  auto stream = must(TcpStream::connect(way.from, way.to, {way.address, kPort}, kWindow));
  must(stream.send(kBytes));
  must(stream.close());
}

}  // namespace

TEST_CASE("TCP out of a pod counts as the packets that its super-packets are cut into") {
  auto truth = GroundTruth::create(GENERATE(1500U, 9001U), GENERATE(Attach::kTcx, Attach::kClsact));
  for (const auto& ends : {kIpv4Ends, kIpv6Ends}) {
    pass({truth.hop.pod, truth.hop.far, ends.far});
    const auto passed = truth.check();
    CHECK(passed.wire.of[PM_EGRESS].bytes > kBytes);
    CHECK(passed.in_super_packets(GroundTruth::kPod, PM_EGRESS));
    CHECK(passed.in_super_packets(GroundTruth::kRouter, PM_EGRESS));
  }
}

TEST_CASE("TCP into a pod that merges what arrives counts as the packets that came") {
  auto truth = GroundTruth::create(GENERATE(1500U, 9001U), GENERATE(Attach::kTcx, Attach::kClsact));
  for (const auto& ends : {kIpv4Ends, kIpv6Ends}) {
    pass({truth.hop.far, truth.hop.pod, ends.pod});
    const auto passed = truth.check();
    CHECK(passed.wire.of[PM_INGRESS].bytes > kBytes);
    CHECK(passed.in_super_packets(GroundTruth::kPod, PM_INGRESS));
  }
}

}  // namespace podmeter::tests
