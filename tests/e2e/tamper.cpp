// SPDX-License-Identifier: Apache-2.0
// A pod with CAP_NET_ADMIN can do nothing to a meter that is attached by tcx.
#include <bpf/bpf.h>

#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "tests/runtime/attacked_meter.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using Privilege = HostilePod::Privilege;

enum class Tool : std::uint8_t { kIp, kTc };
enum class Works : std::uint8_t { kYes, kNo };
struct Attempt {
  const char* what;
  Tool tool;
  Works works;  // what it says, not what it does to the meter
  const char* lines;
};

// One after the other, each on what the ones before left.
constexpr Attempt kAttempts[] = {
    {"remove a clsact qdisc", Tool::kTc, Works::kNo, "qdisc del dev eth0 clsact\n"},
    {"remove filters", Tool::kTc, Works::kNo, "filter del dev eth0 egress\n"},
    {"end the chain in filters in front", Tool::kTc, Works::kYes,
     "qdisc add dev eth0 clsact\n"
     "filter add dev eth0 egress prio 1 protocol all u32 match u32 0 0 classid 1:1\n"
     "filter add dev eth0 ingress prio 1 protocol all u32 match u32 0 0 classid 1:1\n"},
    {"remove these filters", Tool::kTc, Works::kYes, "filter del dev eth0 egress\nfilter del dev eth0 ingress\n"},
    {"remove their qdisc", Tool::kTc, Works::kYes, "qdisc del dev eth0 clsact\n"},
    {"an ingress qdisc in place of it", Tool::kTc, Works::kYes,
     "qdisc add dev eth0 ingress\nqdisc del dev eth0 ingress\n"},
    {"other queues", Tool::kTc, Works::kYes,
     "qdisc replace dev eth0 root pfifo limit 100\nqdisc del dev eth0 root\nqdisc replace dev eth0 root noqueue\n"},
    {"down and up", Tool::kIp, Works::kYes, "link set eth0 down\nlink set eth0 up\n"},
    {"no XDP", Tool::kIp, Works::kYes, "link set eth0 xdp off\n"},
    {"another MTU", Tool::kIp, Works::kYes, "link set eth0 mtu 1400\nlink set eth0 mtu 9000\n"},
    {"another MAC", Tool::kIp, Works::kYes, "link set eth0 address 02:00:00:00:00:99\n"},
    {"another name", Tool::kIp, Works::kYes,
     "link set eth0 down\nlink set eth0 name eth9\nlink set eth9 up\nlink set eth9 down\nlink set eth9 name eth0\n"
     "link set eth0 up\n"},
    {"an interface on top", Tool::kIp, Works::kYes, "link add link eth0 name top0 type macvlan mode bridge\n"},
    {"no interface on top", Tool::kIp, Works::kYes, "link del top0\n"},
    {"into a bridge", Tool::kIp, Works::kYes,
     "link add br0 type bridge mcast_snooping 0\nlink set br0 up\nlink set eth0 master br0\n"},
    {"out of the bridge", Tool::kIp, Works::kYes, "link set eth0 nomaster\nlink del br0\n"},
    {"no multicast, no ARP", Tool::kIp, Works::kYes, "link set eth0 multicast off arp off promisc on\n"},
};

// The ways that bpf(2) has to take a program off an interface: how many worked.
int detach_by_bpf(std::uint32_t ifindex, const std::vector<std::uint32_t>& links, const MeterDir& dir) {
  int worked = 0;
  for (const auto direction : kDirections) {
    worked += bpf_prog_detach(static_cast<int>(ifindex), tcx_type(direction)) == 0 ? 1 : 0;
    worked += Fd(bpf_obj_get(dir.link(direction).c_str())).valid() ? 1 : 0;
  }
  for (const auto id : links)
    if (const Fd link(bpf_link_get_fd_by_id(id)); link.valid())
      worked += 1 + (bpf_link_detach(link.get()) == 0 ? 1 : 0);
  return worked;
}

std::vector<std::uint32_t> links_of(const MeterDir& dir) {
  std::vector<std::uint32_t> ids;
  for (const auto direction : kDirections) {
    const Fd link(bpf_obj_get(dir.link(direction).c_str()));
    bpf_link_info info{};
    __u32 size = sizeof(info);
    REQUIRE(bpf_obj_get_info_by_fd(link.get(), &info, &size) == 0);
    ids.push_back(info.id);
  }
  return ids;
}

}  // namespace

TEST_CASE("whatever a pod with CAP_NET_ADMIN does with ip and tc, its traffic is counted to the byte") {
  AttackedMeter attacked(GENERATE(Privilege::kCapabilities, Privilege::kUserNamespace));
  attacked.check_counts();
  for (const auto& attempt : kAttempts) {
    INFO(attempt.what);
    const int status =
        attempt.tool == Tool::kIp ? attacked.hostile_pod().ip(attempt.lines) : attacked.hostile_pod().tc(attempt.lines);
    CHECK((status == 0) == (attempt.works == Works::kYes));
    attacked.check_counts();
    CHECK(attached_programs(attacked.hostile_pod().pod().netns) == pinned_programs(attacked.node().live()));
    make_succeeding(check_call(attacked.hostile_pod().pod().netns));
  }
}

TEST_CASE("a pod with CAP_NET_ADMIN can't detach its meter by bpf(2)") {
  AttackedMeter attacked(GENERATE(Privilege::kCapabilities, Privilege::kUserNamespace));
  const auto dir = attacked.node().live();
  const auto links = links_of(dir);
  CHECK(attacked.hostile_pod().run([&] { return detach_by_bpf(attacked.hostile_pod().pod().ifindex(), links, dir); }) ==
        0);
  attacked.check_counts();
  make_succeeding(check_call(attacked.hostile_pod().pod().netns));
}

TEST_CASE("what a pod sends through another of its interfaces leaves by the metered one and is counted once") {
  AttackedMeter attacked(GENERATE(Privilege::kCapabilities, Privilege::kUserNamespace));
  const auto& hostile_pod = attacked.hostile_pod();
  REQUIRE(hostile_pod.ip("link add side0 index 99 type veth peer name side1\n"
                         "link set side0 up\nlink set side1 up\n") == 0);
  REQUIRE(hostile_pod.tc("qdisc add dev side0 clsact\n"
                         "filter add dev side0 egress prio 1 protocol all u32 match u32 0 0 "
                         "action mirred egress redirect dev eth0\n") == 0);
  attacked.pass(must(FrameSocket::open(hostile_pod.pod().netns, 99)), PM_EGRESS);
  attacked.check_counts();
}

TEST_CASE("an interface that a pod moves to a namespace of its own takes its meter along") {
  AttackedMeter attacked(Privilege::kUserNamespace);
  const auto elsewhere = attacked.hostile_pod().make_netns();
  REQUIRE(attacked.hostile_pod().move_to(elsewhere) == 0);
  ip(elsewhere, "link set eth0 up\n");
  attacked.check_counts(elsewhere);
  make_failing(closed(check_call(attacked.hostile_pod().pod().netns)), 100);
  make_succeeding(del_call(attacked.hostile_pod().pod().netns));
  CHECK(attached_programs(elsewhere).empty());
}

}  // namespace podmeter::tests
