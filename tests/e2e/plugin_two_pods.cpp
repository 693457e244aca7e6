// SPDX-License-Identifier: Apache-2.0
// The main job: two pods on one node, metered by the plugin, exchanging datagrams of known size.
#include <array>

#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/runtime/bridged_pods.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint16_t kPort = 9000;

struct Datagram {
  std::size_t payload;
  std::uint64_t packets;  // on an MTU of 1500
};
constexpr Datagram kDatagrams[] = {{0, 1}, {1, 1}, {512, 1}, {1452, 1}, {4000, 3}};

// Sends every datagram `times` times, and says what that is on the wire.
pm_count pass(const BridgedPods& bridged, const PodRoute& route, std::size_t from, int times) {
  const std::size_t to = 1 - from;
  const auto sender = must(UdpSocket::open(bridged.pods[from], {route.address[from], kPort}));
  const auto receiver = must(UdpSocket::open(bridged.pods[to], {route.address[to], kPort}));
  pm_count wire{};
  for (int i = 0; i < times; i++)
    for (const auto& datagram : kDatagrams) {
      must(sender.send(datagram.payload, {route.address[to], kPort}));
      CHECK(must(receiver.receive()) == datagram.payload);
      const std::size_t extra = datagram.packets == 1 ? 0 : (datagram.packets - 1) * route.fragment;
      // A fragmented IPv6 datagram has a fragment header in its first fragment too.
      const std::size_t first = datagram.packets == 1 || route.fragment == 20 ? 0 : 8;
      wire.bytes += datagram.payload + route.headers + extra + first;
      wire.packets += datagram.packets;
    }
  return wire;
}

void expect(std::array<pm_counters, 2>& wanted, const PodRoute& route, std::size_t from, const pm_count& wire) {
  const Counted counted{route.is_public ? PM_SCOPE_PUBLIC : PM_SCOPE_PRIVATE, wire.bytes, wire.packets};
  wanted[from] = plus(wanted[from], PM_EGRESS, counted);
  wanted[1 - from] = plus(wanted[1 - from], PM_INGRESS, counted);
}

}  // namespace

TEST_CASE("what two pods send each other is in all counters of both, to the byte") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto bridged = BridgedPods::create();
  for (std::size_t pod = 0; pod < 2; pod++)
    make_succeeding(with(add_call(bridged.pods[pod], "pod" + std::to_string(pod)), {{"attach", attach}}));
  std::array<pm_counters, 2> wanted{};
  int times = 1;  // differs, so that no two counters are the same
  for (const auto& route : kPodRoutes)
    for (std::size_t from = 0; from < 2; from++) {
      INFO(route.name << " from pod " << from);
      expect(wanted, route, from, pass(bridged, route, from, times++));
    }
  for (std::size_t pod = 0; pod < 2; pod++) {
    const auto shown = shown_meter("pod" + std::to_string(pod));
    INFO("pod " << pod << " by " << attach << "\nwanted\n"
                << text_of(wanted[pod]) << "shown\n"
                << text_of(shown.counters));
    CHECK(shown.text("attach") == attach);
    CHECK(same(shown.counters, wanted[pod]));
  }
}

}  // namespace podmeter::tests
