// SPDX-License-Identifier: Apache-2.0
// The meter among other programs on the same interface.
#include <linux/pkt_cls.h>

#include "bpf/attach/hook.hpp"
#include "tests/checks/counted.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint64_t kDatagrams = 20;

// Passes datagrams both ways and says what the meter must have counted.
pm_counters pass_datagrams(const Pod& pod) {
  const auto inside = must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));
  const auto outside = must(UdpSocket::open(pod.host, {"198.51.100.2", 9000}));
  for (std::uint64_t i = 0; i < kDatagrams; i++) {
    must(inside.send(100, {"198.51.100.2", 9000}));
    must(outside.receive());
    must(outside.send(100, {"198.51.100.1", 9000}));
    must(inside.receive());
  }
  const Counted counted{PM_SCOPE_PUBLIC, kDatagrams * 128, kDatagrams};
  return plus(plus({}, PM_EGRESS, counted), PM_INGRESS, counted);
}

}  // namespace

TEST_CASE("a tcx program behind the meter still sees every packet") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto after = must(ForeignProgram::load(PM_EGRESS, TC_ACT_UNSPEC));
  const auto before = must(ForeignProgram::load(PM_INGRESS, TC_ACT_UNSPEC));
  const auto in = must(pod.netns.enter());
  const auto first = must(before.attach_tcx_last(pod.ifindex()));
  must(meter.meter().attach(pod.ifindex(), Attach::kTcx, meter.dir()));
  const auto second = must(after.attach_tcx_last(pod.ifindex()));
  const auto wanted = pass_datagrams(pod);
  CHECK(must(before.seen()) == kDatagrams);
  CHECK(must(after.seen()) == kDatagrams);
  CHECK(same(must(meter.read()), wanted));
}

TEST_CASE("a tcx program that was there before and ends the chain hides nothing from the meter") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto egress = must(ForeignProgram::load(PM_EGRESS, TC_ACT_OK));
  const auto ingress = must(ForeignProgram::load(PM_INGRESS, TC_ACT_OK));
  const auto in = must(pod.netns.enter());
  const auto first = must(egress.attach_tcx_last(pod.ifindex()));
  const auto second = must(ingress.attach_tcx_last(pod.ifindex()));
  must(meter.meter().attach(pod.ifindex(), Attach::kTcx, meter.dir()));
  const auto wanted = pass_datagrams(pod);
  CHECK(same(must(meter.read()), wanted));
  CHECK(must(egress.seen()) == kDatagrams);
  CHECK(must(ingress.seen()) == kDatagrams);
}

TEST_CASE("a clsact filter behind the meter's still sees every packet") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto egress = must(ForeignProgram::load(PM_EGRESS, TC_ACT_OK));
  const auto ingress = must(ForeignProgram::load(PM_INGRESS, TC_ACT_OK));
  const auto in = must(pod.netns.enter());
  must(egress.attach_filter(pod.ifindex(), 2));
  must(meter.meter().attach(pod.ifindex(), Attach::kClsact, meter.dir()));
  must(ingress.attach_filter(pod.ifindex(), 2));
  const auto wanted = pass_datagrams(pod);
  CHECK(same(must(meter.read()), wanted));
  CHECK(must(egress.seen()) == kDatagrams);
  CHECK(must(ingress.seen()) == kDatagrams);
}

TEST_CASE("a clsact filter behind a tcx meter still sees every packet") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto egress = must(ForeignProgram::load(PM_EGRESS, TC_ACT_OK));
  const auto in = must(pod.netns.enter());
  must(egress.attach_filter(pod.ifindex(), 1));
  must(meter.meter().attach(pod.ifindex(), must(choose_attach({})), meter.dir()));
  const auto wanted = pass_datagrams(pod);
  CHECK(same(must(meter.read()), wanted));
  CHECK(must(egress.seen()) == kDatagrams);
}

}  // namespace podmeter::tests
