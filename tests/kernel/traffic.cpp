// SPDX-License-Identifier: Apache-2.0
// Real packets over a real veth pair, counted to the byte.
#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint16_t kPort = 9000;

struct Route {
  const char* pod;
  const char* host;
  pm_scope scope;
  std::uint64_t headers;  // IP and UDP
};

constexpr Route kPublic{"198.51.100.1", "198.51.100.2", PM_SCOPE_PUBLIC, 28};
constexpr Route kPrivate{"10.77.0.1", "10.77.0.2", PM_SCOPE_PRIVATE, 28};
constexpr Route kPublicIpv6{"2001:db8::1", "2001:db8::2", PM_SCOPE_PUBLIC, 48};

void attach(LoadedMeter& meter, const Pod& pod, Attach how) {
  const auto inside = must(pod.netns.enter());
  must(meter.meter().attach(pod.ifindex(), how, meter.dir()));
}

// Both ends of a route, and one datagram sent and awaited.
struct Sockets {
  UdpSocket pod, host;

  Sockets(const Pod& where, const Route& route)
      : pod(must(UdpSocket::open(where.netns, {route.pod, kPort}))),
        host(must(UdpSocket::open(where.host, {route.host, kPort}))) {}

  void pass(const Route& route, pm_direction direction, std::size_t bytes, std::size_t datagrams = 1) const {
    const bool egress = direction == PM_EGRESS;
    must((egress ? pod : host).send(bytes, {egress ? route.host : route.pod, kPort}));
    for (std::size_t i = 0; i < datagrams; i++)
      CHECK(must((egress ? host : pod).receive()) == bytes / datagrams);
  }
};

}  // namespace

TEST_CASE("every datagram is counted once, to the byte, in its direction and scope, and nothing else is") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  attach(meter, pod, how);
  pm_counters wanted{};
  for (const auto& route : {kPublic, kPrivate}) {
    const Sockets sockets(pod, route);
    for (const auto direction : kDirections)
      for (const std::size_t bytes : {0U, 1U, 18U, 100U, 1472U}) {
        sockets.pass(route, direction, bytes);
        wanted = plus(wanted, direction, {route.scope, bytes + route.headers});
      }
    sockets.pass(route, PM_INGRESS, 7);  // so that a mix-up of directions shows
    wanted = plus(wanted, PM_INGRESS, {route.scope, 7 + route.headers});
    // 4,008 bytes of UDP in fragments of 1,480, 1,480 and 1,048.
    sockets.pass(route, PM_EGRESS, 4000);
    wanted = plus(wanted, PM_EGRESS, {route.scope, 4008 + 3 * 20, 3});
    sockets.pass(route, PM_INGRESS, 4000);
    wanted = plus(wanted, PM_INGRESS, {route.scope, 4008 + 3 * 20, 3});
  }
  const auto counted = must(meter.read());
  INFO(attach_name(how) << "\nwanted\n" << text_of(wanted) << "counted\n" << text_of(counted));
  CHECK(same(counted, wanted));
}

TEST_CASE("IPv6 datagrams are counted to the byte too") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  const auto pod = make_pod(NetNs::Ipv6Stack::kOn);
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  attach(meter, pod, how);
  pm_counters wanted{};
  const Sockets sockets(pod, kPublicIpv6);
  for (const std::size_t bytes : {0U, 1U, 100U, 1452U}) {
    sockets.pass(kPublicIpv6, PM_EGRESS, bytes);
    sockets.pass(kPublicIpv6, PM_INGRESS, bytes / 2);
    wanted = plus(wanted, PM_EGRESS, {PM_SCOPE_PUBLIC, bytes + kPublicIpv6.headers});
    wanted = plus(wanted, PM_INGRESS, {PM_SCOPE_PUBLIC, bytes / 2 + kPublicIpv6.headers});
  }
  const auto counted = must(meter.read());
  INFO(text_of(counted));
  for (const auto direction : kDirections) {
    CHECK(counted.of[direction][PM_SCOPE_PUBLIC].bytes == wanted.of[direction][PM_SCOPE_PUBLIC].bytes);
    CHECK(counted.of[direction][PM_SCOPE_PUBLIC].packets == wanted.of[direction][PM_SCOPE_PUBLIC].packets);
    CHECK(counted.of[direction][PM_SCOPE_OTHER].packets == 0);
  }
}

TEST_CASE("a super-packet of the kernel's own making counts as the datagrams that come out of it") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  const auto direction = GENERATE(PM_EGRESS, PM_INGRESS);
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  attach(meter, pod, how);
  const Sockets sockets(pod, kPublic);
  must((direction == PM_EGRESS ? sockets.pod : sockets.host).segment(1200));
  sockets.pass(kPublic, direction, 12000, 10);
  const auto counted = must(meter.read());
  INFO(text_of(counted));
  CHECK(same(counted, plus({}, direction, {PM_SCOPE_PUBLIC, 12000 + 10 * 28, 10})));
}

TEST_CASE("two pods on one node have four exact counters each") {
  const Pod pods[] = {make_pod(), make_pod()};
  LoadedMeter meters[] = {must(LoadedMeter::load(LinkLayer::kEthernet)), must(LoadedMeter::load(LinkLayer::kEthernet))};
  pm_counters wanted[2] = {};
  for (std::size_t i = 0; i < 2; i++)
    attach(meters[i], pods[i], Attach::kTcx);
  for (std::size_t i = 0; i < 2; i++)
    for (const auto& route : {kPublic, kPrivate}) {
      const Sockets sockets(pods[i], route);
      for (const auto direction : kDirections) {
        const std::size_t bytes = 100 + i * 300 + static_cast<std::size_t>(direction) * 20 + route.scope;
        sockets.pass(route, direction, bytes);
        wanted[i] = plus(wanted[i], direction, {route.scope, bytes + route.headers});
      }
    }
  for (std::size_t i = 0; i < 2; i++)
    CHECK(same(must(meters[i].read()), wanted[i]));
}

}  // namespace podmeter::tests
