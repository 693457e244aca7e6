// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attached_meter.hpp"

#include <linux/pkt_cls.h>
#include <netlink/errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/netlink.hpp"
#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/meters/loaded_meter.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct AttachedMeter {
  Pod pod;
  MeterDir dir;
  Attach how = Attach::kTcx;

  static AttachedMeter create(Attach how) {
    auto pod = make_pod();
    const auto tree = must(make_own_tree());
    auto identity = make_identity("a");
    identity.attach = how;
    must(store_meter(tree, identity, &pod));
    return {std::move(pod), tree.live(name_of(identity)), how};
  }

  [[nodiscard]] Result<AttachedAnswer> check() const {
    const auto inside = must(pod.netns.enter());
    return check_attached(dir, pod.ifindex(), how);
  }

  void check_finds(Attached state, const std::string& part) const {
    const auto checked = must(check());
    INFO(checked.why);
    CHECK(checked.state == state);
    CHECK(checked.why.find(part) != std::string::npos);
  }
};

// Asks while the process can open no descriptor. Nothing is asserted meanwhile: Catch and the sanitizers open some.
template <typename Ask>
auto without_descriptors(Ask ask) {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  const int limited = ::setrlimit(RLIMIT_NOFILE, &none);
  auto answer = ask();
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(limited == 0);
  return answer;
}

}  // namespace

TEST_CASE("a whole meter is found attached") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  const auto checked = must(meter.check());
  INFO(checked.why);
  CHECK(checked.state == Attached::kWhole);
  CHECK(checked.why.empty());
}

TEST_CASE("a missing program pin is named") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  ::unlink(meter.dir.program(PM_INGRESS).c_str());
  meter.check_finds(Attached::kDetached, "ingress_program");
}

TEST_CASE("a missing link pin is named") {
  const auto meter = AttachedMeter::create(Attach::kTcx);
  ::unlink(meter.dir.link(PM_EGRESS).c_str());
  meter.check_finds(Attached::kDetached, "egress_link");
}

TEST_CASE("a removed filter is named") {
  const auto meter = AttachedMeter::create(Attach::kClsact);
  {
    const auto inside = must(meter.pod.netns.enter());
    must(remove_filter({meter.pod.ifindex(), PM_INGRESS}));
  }
  meter.check_finds(Attached::kDetached, "ingress clsact filter");
}

TEST_CASE("a filter of ours with another program is seen") {
  const auto meter = AttachedMeter::create(Attach::kClsact);
  const auto other = must(LoadedMeter::load(LinkLayer::kEthernet));
  {
    const auto inside = must(meter.pod.netns.enter());
    must(add_filter({meter.pod.ifindex(), PM_EGRESS}, other.program(PM_EGRESS)));
  }
  meter.check_finds(Attached::kReplaced, "egress clsact filter");
}

TEST_CASE("a meter whose interface is gone is detached") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  must(remove_interface(meter.pod.netns, meter.pod.ifindex()));
  meter.check_finds(Attached::kDetached, "interface");
}

TEST_CASE("a meter in one network namespace isn't found on an interface of the same number in another") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  const auto other = make_pod();
  REQUIRE(other.ifindex() == meter.pod.ifindex());
  const auto inside = must(other.netns.enter());
  CHECK(must(check_attached(meter.dir, other.ifindex(), meter.how)).state == Attached::kDetached);
}

TEST_CASE("a meter that can't be asked about, because no descriptor is left, is neither whole nor detached") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  const auto inside = must(meter.pod.netns.enter());
  for (const auto direction : kDirections) {
    const HookPoint at{meter.pod.ifindex(), direction};
    REQUIRE(must(check_attached(meter.dir, at, meter.how)).state == Attached::kWhole);
    REQUIRE(must(check_first(meter.dir, at, meter.how)).order == Order::kFirst);
    const auto attached = without_descriptors([&] { return check_attached(meter.dir, at, meter.how); });
    REQUIRE_FALSE(attached);
    CHECK(attached.error().code == EMFILE);
    const auto first = without_descriptors([&] { return check_first(meter.dir, at, meter.how); });
    REQUIRE_FALSE(first);
    CHECK(first.error().code == EMFILE);
  }
}

TEST_CASE("an interface and the filters on it that can't be asked for tell the errno, not that they are gone") {
  const auto meter = AttachedMeter::create(Attach::kClsact);
  const auto inside = must(meter.pod.netns.enter());
  const HookPoint at{meter.pod.ifindex(), PM_EGRESS};
  CHECK(without_descriptors([] { return connect_rtnetlink(); }).error().code == EMFILE);
  CHECK(without_descriptors([&] { return filter_program_id(at); }).error().code == EMFILE);
  CHECK(without_descriptors([&] { return first_filter(at); }).error().code == EMFILE);
  CHECK(without_descriptors([&] { return has_interface(at.ifindex); }));
}

TEST_CASE("libnl's codes are told back as the errnos that they stand for") {
  CHECK(errno_of_netlink(-NLE_NODEV) == ENODEV);
  CHECK(errno_of_netlink(-NLE_OBJ_NOTFOUND) == ENOENT);
  CHECK(errno_of_netlink(-NLE_NOMEM) == ENOMEM);
  CHECK(errno_of_netlink(-NLE_PERM) == EPERM);
  CHECK(errno_of_netlink(-NLE_FAILURE) == EIO);
  CHECK(netlink_error("ask", -NLE_BUSY).code == EBUSY);
}

TEST_CASE("the first program is the meter's, or it is told which is before it") {
  const auto meter = AttachedMeter::create(GENERATE(Attach::kTcx, Attach::kClsact));
  const auto other = must(ForeignProgram::load(PM_EGRESS, TC_ACT_UNSPEC));
  const auto inside = must(meter.pod.netns.enter());
  CHECK(must(check_first(meter.dir, {meter.pod.ifindex(), PM_EGRESS}, meter.how)).order == Order::kFirst);
  const auto link = must(other.attach_tcx_first(meter.pod.ifindex()));
  const auto now = must(check_first(meter.dir, {meter.pod.ifindex(), PM_EGRESS}, meter.how));
  CHECK(now.order == Order::kPreceded);
  CHECK(now.why.find("egress tcx chain") != std::string::npos);
  CHECK(must(check_first(meter.dir, {meter.pod.ifindex(), PM_INGRESS}, meter.how)).order == Order::kFirst);
}

TEST_CASE("detaching removes the meter's filters, and leaves others' and the qdisc") {
  const auto meter = AttachedMeter::create(Attach::kClsact);
  const auto neighbour = must(ForeignProgram::load(PM_EGRESS, TC_ACT_UNSPEC));
  const auto inside = must(meter.pod.netns.enter());
  const auto ifindex = meter.pod.ifindex();
  must(neighbour.attach_filter(ifindex, 7));
  must(detach_filters(meter.dir, ifindex));
  for (const auto direction : kDirections)
    CHECK(is_gone(filter_program_id({ifindex, direction}).error()));
  must(neighbour.query_filter(ifindex, 7));
  must(detach_filters(meter.dir, ifindex));
}

TEST_CASE("detaching leaves a filter of ours that runs another meter's program") {
  const auto meter = AttachedMeter::create(Attach::kClsact);
  const auto other = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto inside = must(meter.pod.netns.enter());
  must(add_filter({meter.pod.ifindex(), PM_EGRESS}, other.program(PM_EGRESS)));
  must(detach_filters(meter.dir, meter.pod.ifindex()));
  must(filter_program_id({meter.pod.ifindex(), PM_EGRESS}));
  CHECK_FALSE(filter_program_id({meter.pod.ifindex(), PM_INGRESS}));
}

TEST_CASE("attaching to an interface that isn't there fails and leaves nothing") {
  const auto how = GENERATE(Attach::kTcx, Attach::kClsact);
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto inside = must(pod.netns.enter());
  const auto attached = meter.meter().attach(4711, how, meter.dir());
  REQUIRE_FALSE(attached);
  CHECK(attached.error().text.find("4711") != std::string::npos);
  CHECK(::access(meter.dir().link(PM_EGRESS).c_str(), F_OK) != 0);
}

TEST_CASE("where the second direction can't be attached, the first is detached at once") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto inside = must(pod.netns.enter());
  constexpr int kLongestChain = 63;  // bpf_mprog_max(), include/linux/bpf_mprog.h
  std::vector<Fd> others;
  for (int i = 0; i < kLongestChain; i++)
    others.push_back(must(must(ForeignProgram::load(PM_INGRESS, TC_ACT_UNSPEC)).attach_tcx_last(pod.ifindex())));
  const auto attached = meter.meter().attach(pod.ifindex(), Attach::kTcx, meter.dir());
  REQUIRE_FALSE(attached);
  CHECK(attached.error().code == ERANGE);
  CHECK(must(tcx_chain({pod.ifindex(), PM_EGRESS})).programs.empty());
  CHECK(::access(meter.dir().link(PM_EGRESS).c_str(), F_OK) != 0);
}

TEST_CASE("the way of attaching is the one that was asked for, or the first that the kernel has") {
  CHECK(must(choose_attach({})) == (must(has_tcx()) ? Attach::kTcx : Attach::kClsact));
  CHECK(must(choose_attach(Attach::kClsact)) == Attach::kClsact);
}

}  // namespace podmeter::tests
