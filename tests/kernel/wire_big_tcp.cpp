// SPDX-License-Identifier: Apache-2.0
// BIG TCP: super-packets of more than 64 KiB, whose IP header has no room for their length. IPv6 ones carry a jumbo
// header of 8 bytes that never reaches the wire.
#include "tests/checks/ground_truth.hpp"
#include "tests/packets/tcp_stream.hpp"
#include "tests/pods/interface.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kBytes = 12'000'000;
constexpr std::uint16_t kPort = 5003;
constexpr int kWindow = 400'000;
constexpr std::uint32_t kBig = 180'000, kLegacy = 65'536;

constexpr unsigned kMtu = 9001, kJumboHeader = 8;

// A router takes the jumbo header for a part of each segment, and refuses those that would fill the next link's MTU
// (skb_gso_validate_network_len): so that link has room for it.
void allow_big(const SecondHop& hop) {
  must(allow_big_packets(hop.pod, hop.near.ifindex[1], kBig));
  must(allow_big_packets(hop.far, hop.wire.ifindex[0], kBig));
  must(set_mtu(hop.far, hop.wire.ifindex[0], kMtu + kJumboHeader));
  must(set_mtu(hop.router, hop.wire.ifindex[1], kMtu + kJumboHeader));
}

// Not all fit in super-packets of the old size.
bool some_were_big(const Passed& passed, pm_direction direction) {
  return passed.calls[GroundTruth::kPod][direction] * kLegacy < passed.wire.of[direction].bytes;
}

}  // namespace

TEST_CASE("TCP in super-packets of more than 64 KiB counts as the packets on the wire") {
  auto truth = GroundTruth::create(kMtu, GENERATE(Attach::kTcx, Attach::kClsact));
  allow_big(truth.hop);
  const auto& [pod, router, far, near, wire, mtu] = truth.hop;
  for (const auto& ends : {kIpv4Ends, kIpv6Ends})
    for (const auto direction : kDirections) {
      const bool egress = direction == PM_EGRESS;
      const Endpoint at{egress ? ends.far : ends.pod, kPort};
      auto stream = must(TcpStream::connect(egress ? pod : far, egress ? far : pod, at, kWindow));
      must(stream.send(kBytes));
      must(stream.close());
      const auto passed = truth.check();
      INFO(direction_name(direction) << " at " << at.ip);
      CHECK(some_were_big(passed, direction));
    }
}

}  // namespace podmeter::tests
