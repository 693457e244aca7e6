// SPDX-License-Identifier: Apache-2.0
// A pod's effects on its meter, as reconcile sees them and the collector shows them.
#include <linux/pkt_cls.h>

#include "bpf/base/fd.hpp"
#include "tests/checks/datagrams.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/packets/tcp_stream.hpp"
#include "tests/packets/xdp_socket.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/collector.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using Repaired = std::multiset<std::string>;

Frame make_frame() {
  return PacketBuilder().ethernet(0x0800).ipv4({}).udp().payload(1000).build();
}

// The one sample of a metric with that text among its labels.
double sample(const Series& all, const std::string& metric, const std::string& label) {
  for (const auto& [name, value] : series_of(all, metric))
    if (name.find(label) != std::string::npos)
      return value;
  FAIL("no " << metric << " with " << label);
  return 0;
}

double unaccounted(const std::string& direction) {
  const auto collector = Collector::start();
  return sample(must(collector.scrape()), "podmeter_unaccounted_bytes", "direction=\"" + direction + '"');
}

}  // namespace

TEST_CASE("what goes around the meter is unaccounted to the byte, and what the meter counts is not") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", GENERATE("tcx", "clsact")}}));
  const auto host = must(FrameSocket::open(pod.host, pod.veth.ifindex[1]));
  send_datagrams(pod, 50);
  CHECK(files.repairs() == Repaired{});
  CHECK(unaccounted("egress") == 0);
  const auto frame = make_frame();
  constexpr std::size_t kFrames = 40;
  SECTION("PACKET_QDISC_BYPASS") {
    const auto socket = must(FrameSocket::open(pod.netns, pod.ifindex()));
    must(socket.bypass_qdisc());
    for (std::size_t i = 0; i < kFrames; i++)
      must(socket.send(frame, 0x0800));
  }
  SECTION("AF_XDP") {
    auto socket = must(XdpSocket::open(pod.netns, pod.ifindex()));
    for (std::size_t i = 0; i < kFrames; i++)
      must(socket.send(frame));
  }
  send_datagrams(pod, 50);
  CHECK(files.repairs() == Repaired{});
  CHECK(unaccounted("egress") == static_cast<double>(kFrames * frame.size()));
  CHECK(unaccounted("ingress") == 0);
  make_succeeding(del_call(pod.netns));
  CHECK(unaccounted("egress") == static_cast<double>(kFrames * frame.size()));
}

TEST_CASE("traffic in super-packets is accounted for, both ways") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  constexpr std::size_t kBytes = 20'000'000;
  constexpr int kWindow = 200'000;
  must(must(TcpStream::connect(pod.netns, pod.host, {"198.51.100.2", 7000}, kWindow)).send(kBytes));
  must(must(TcpStream::connect(pod.host, pod.netns, {"198.51.100.1", 7001}, kWindow)).send(kBytes));
  CHECK(files.repairs() == Repaired{});
  CHECK(unaccounted("egress") == 0);
  CHECK(unaccounted("ingress") == 0);
}

TEST_CASE("what an interface carried before its pod was adopted is nobody's") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  send_datagrams(pod, 100);
  files.remember("c1", pod.netns);
  CHECK(files.repairs().count("adopt c1/eth0") == 1);
  CHECK(files.repairs() == Repaired{});
  CHECK(unaccounted("egress") == 0);
}

TEST_CASE("what passed while a filter was away is unaccounted") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", "clsact"}}));
  tc(pod.netns, "qdisc del dev eth0 clsact\n");
  send_datagrams(pod, 10);
  make_failing(closed(check_call(pod.netns)), 100);
  CHECK(files.repairs() == Repaired{"reattach c1/eth0"});
  CHECK(unaccounted("egress") == 10 * (100 + 28 + 14));
  const auto scraped = must(Collector::start().scrape());
  CHECK(sample(scraped, "podmeter_repairs_total", "reattach") == 1);
  CHECK(sample(scraped, "podmeter_last_reconcile_timestamp_seconds", "") > 0);
}

TEST_CASE("a program in front of the meter is told by CHECK, seen by reconcile and shown by the collector") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  const std::string attach = GENERATE("tcx", "clsact", "tcx before clsact");
  const auto program = must(ForeignProgram::load(PM_EGRESS, TC_ACT_OK));
  make_succeeding(with(add_call(pod.netns), {{"attach", attach == "tcx" ? "tcx" : "clsact"}}));
  make_succeeding(check_call(pod.netns));
  Fd link;
  {
    const auto inside = must(pod.netns.enter());
    if (attach == "clsact")
      must(program.attach_filter(pod.ifindex(), 1));
    else
      link = must(attach == "tcx" ? program.attach_tcx_first(pod.ifindex()) : program.attach_tcx_last(pod.ifindex()));
  }
  send_datagrams(pod, 3);
  CHECK(must(program.seen()) == 3);
  CHECK(shown_meter().counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].packets == 0);
  CHECK(make_failing(closed(check_call(pod.netns)), 100).message().find("egress") != std::string::npos);
  CHECK(files.repairs() == Repaired{});
  const auto scraped = must(Collector::start().scrape());
  CHECK(series_of(scraped, "podmeter_meter_fault").size() == 1);
  CHECK(sample(scraped, "podmeter_meter_fault", "fault=\"preceded\"") == 1);
  CHECK(sample(scraped, "podmeter_meter_fault", "direction=\"egress\"") == 1);
  CHECK(unaccounted("egress") == 3 * (100 + 28 + 14));
}

TEST_CASE("an interface that the pod moved keeps its meter, whatever stands in its place, and is shown") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  const auto elsewhere = must(NetNs::create(NetNs::Ipv6Stack::kOff));
  make_succeeding(add_call(pod.netns));
  ip(pod.netns, "link set eth0 netns " + elsewhere.path() + "\n");
  const auto programs = attached_programs(elsewhere);
  CHECK(programs == pinned_programs(node.live()));
  if (GENERATE(false, true))
    ip(pod.netns, "link add eth0 type veth peer name peer0\nlink set eth0 up\n");
  CHECK(files.repairs() == Repaired{});
  CHECK(attached_programs(elsewhere) == programs);
  make_failing(closed(check_call(pod.netns)), 100);
  CHECK(sample(must(Collector::start().scrape()), "podmeter_meter_fault", "fault=\"moved\"") == 1);
}

}  // namespace podmeter::tests
