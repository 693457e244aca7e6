// SPDX-License-Identifier: Apache-2.0
// Packets that a counter on the node's side of the pod's interface doesn't see, and packets that are not IP.
#include <bpf/bpf.h>
#include <net/if.h>

#include "bpf/attach/clsact_filter.hpp"
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

// return bpf_redirect_peer(ifindex, 0)
Fd load_redirect(std::uint32_t ifindex) {
  const bpf_insn code[] = {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, static_cast<std::int32_t>(ifindex)},
                           {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0},
                           {BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_peer},
                           {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  Fd program(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "to_peer", "GPL", code, std::size(code), nullptr));
  REQUIRE(program.valid());
  return program;
}

// A third namespace on the node's uplink, whose packets go straight into the pod.
NetNs make_outside(const Pod& pod) {
  auto outside = must(NetNs::create(NetNs::Ipv6Stack::kOff));
  const auto uplink = must(make_veth({&pod.host, "uplink0"}, {&outside, "eth0", {"198.51.100.9/24"}})).ifindex[0];
  ip(outside, "neighbour replace 198.51.100.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent\n");
  const auto inside = must(pod.host.enter());
  must(add_filter({uplink, PM_INGRESS}, load_redirect(pod.veth.ifindex[1]).get()));
  return outside;
}

}  // namespace

TEST_CASE("packets that bpf_redirect_peer delivers are counted in full, though the node's side sees none") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  auto beside = must(LoadedMeter::load(LinkLayer::kEthernet));
  {
    const auto inside = must(pod.host.enter());
    must(beside.meter().attach(pod.veth.ifindex[1], Attach::kTcx, beside.dir()));
  }
  const auto outside = make_outside(pod);
  const auto receiver = must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));
  const auto sender = must(UdpSocket::open(outside, {"198.51.100.9", 9000}));
  for (int i = 0; i < 100; i++) {
    must(sender.send(200, {"198.51.100.1", 9000}));
    CHECK(must(receiver.receive()) == 200);
  }
  CHECK(same(shown_meter().counters, plus({}, PM_INGRESS, {PM_SCOPE_PUBLIC, 100 * 228, 100})));
  CHECK(same(must(beside.read()), {}));

  // That counter would have seen what comes the plain way.
  const auto host = must(UdpSocket::open(pod.host, {"198.51.100.2", 9000}));
  must(host.send(200, {"198.51.100.1", 9000}));
  CHECK(must(receiver.receive()) == 200);
  CHECK(same(must(beside.read()), plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, 228, 1})));
}

TEST_CASE("ARP is counted as other, request and answer") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  ip(pod.netns, "neighbour del 198.51.100.2 dev eth0\n");
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  const auto sender = must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));
  const auto receiver = must(UdpSocket::open(pod.host, {"198.51.100.2", 9000}));
  must(sender.send(100, {"198.51.100.2", 9000}));
  CHECK(must(receiver.receive()) == 100);
  auto wanted = plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, 128, 1});
  for (const auto direction : kDirections)
    wanted = plus(wanted, direction, {PM_SCOPE_OTHER, 28, 1});
  const auto counted = shown_meter().counters;
  INFO(text_of(counted));
  CHECK(same(counted, wanted));
}

}  // namespace podmeter::tests
