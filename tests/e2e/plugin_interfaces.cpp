// SPDX-License-Identifier: Apache-2.0
// Interfaces of other kinds than veth: with an Ethernet header, and with none before the IP packet.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "bpf/base/fd.hpp"
#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

// An interface without a link-layer header; what is sent to it can be read from the descriptor.
Fd make_tun(const NetNs& netns) {
  const auto inside = must(netns.enter());
  Fd tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  REQUIRE(tun.valid());
  ifreq request{};
  std::strcpy(request.ifr_name, "tun0");
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  REQUIRE(::ioctl(tun.get(), TUNSETIFF, &request) == 0);
  return tun;
}

}  // namespace

TEST_CASE("a tun interface, which has no link-layer header, is counted to the byte both ways") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto netns = must(NetNs::create(NetNs::Ipv6Stack::kOff));
  const Fd tun = make_tun(netns);
  ip(netns, "address add 10.77.0.1/24 dev tun0\nlink set tun0 up\nroute add default dev tun0\n");
  make_succeeding(with_variable(with(add_call(netns), {{"attach", attach}}), "CNI_IFNAME", "tun0"));
  const auto sender = must(UdpSocket::open(netns, {"10.77.0.1", 9000}));
  must(sender.send(100, {"198.51.100.9", 9000}));
  char packet[2048];
  REQUIRE(::read(tun.get(), packet, sizeof(packet)) == 128);
  std::swap_ranges(packet + 12, packet + 16, packet + 16);  // the answer: source and destination changed over
  REQUIRE(::write(tun.get(), packet, 128) == 128);
  const auto wanted = plus(plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, 128, 1}), PM_INGRESS, {PM_SCOPE_PUBLIC, 128, 1});
  const auto meters = shown_meters();
  REQUIRE(meters.size() == 1);
  CHECK(same(meters[0].counters, wanted));
  make_succeeding(with_variable(del_call(netns), "CNI_IFNAME", "tun0"));
}

TEST_CASE("a macvlan interface is counted to the byte") {
  const Node node;
  const auto pod = make_pod();
  ip(pod.netns,
     "link add link eth0 name mac0 type macvlan mode bridge\naddress flush dev eth0\n"
     "address add 10.78.0.1/24 dev mac0\nlink set mac0 up\n"
     "neigh add 10.78.0.2 lladdr 02:00:00:00:00:99 dev mac0\n");
  make_succeeding(with_variable(add_call(pod.netns), "CNI_IFNAME", "mac0"));
  const auto sender = must(UdpSocket::open(pod.netns, {"10.78.0.1", 9000}));
  must(sender.send(100, {"10.78.0.2", 9000}));
  const auto meters = shown_meters();
  REQUIRE(meters.size() == 1);
  CHECK(same(meters[0].counters, plus({}, PM_EGRESS, {PM_SCOPE_PRIVATE, 128, 1})));
}

}  // namespace podmeter::tests
