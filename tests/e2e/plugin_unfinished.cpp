// SPDX-License-Identifier: Apache-2.0
// Programs that a dead builder attached go with its unfinished meter, whoever sweeps it: none stays on a pod unknown as
// podmeter's.
#include <linux/pkt_cls.h>

#include <filesystem>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

Result<void> leave_attached(const MeterDir& /*dir*/) {
  return Error{"the builder is dead"};
}

// Container c1's meter on the pod, attached and not committed. `netns` is where it says that the pod is.
void leave_unfinished(const Node& node, const Pod& pod, Attach attach, const std::string& netns) {
  must(make_tree(node.tree(), 0));
  auto identity = make_identity("c1");
  identity.attach = attach;
  identity.ifindex = pod.ifindex();
  identity.netns = netns;
  const auto staging = must(Staging::open(node.tree(), "c1+eth0", 0, leave_attached));
  const auto meter = must(Meter::load(LinkLayer::kEthernet, built_in_table()));
  must(meter.pin(staging.dir()));
  must(write_identity(staging.dir().identity(), identity));
  const auto inside = must(pod.netns.enter());
  must(meter.attach(pod.ifindex(), attach, staging.dir()));
}

bool has_unfinished(const Node& node) {
  return exists(node.tree().making("c1+eth0").path());
}

}  // namespace

TEST_CASE("an unfinished meter is detached before it is swept, by GC, reconcile, DEL and ADD") {
  const auto attach = GENERATE(Attach::kTcx, Attach::kClsact);
  const std::string how = GENERATE("GC", "reconcile", "DEL", "DEL without a namespace", "ADD", "ADD elsewhere");
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod(), other = make_pod();
  INFO(attach_name(attach) << ", " << how);
  leave_unfinished(node, pod, attach, pod.netns.path());
  REQUIRE(attached_programs(pod.netns).size() == 2);
  if (how == "GC")
    make_succeeding(gc_call({"c1"}));
  if (how == "reconcile")
    CHECK(files.repairs().contains("sweep c1+eth0"));
  if (how == "DEL")
    make_succeeding(del_call(pod.netns));
  if (how == "DEL without a namespace")
    make_succeeding(with_variable(del_call(pod.netns), "CNI_NETNS", ""));
  if (how == "ADD elsewhere")
    make_succeeding(with(add_call(other.netns), {{"attach", attach_name(attach)}}));
  if (how == "ADD") {
    make_succeeding(with(add_call(pod.netns), {{"attach", attach_name(attach)}}));
    CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
  } else {
    CHECK(attached_programs(pod.netns).empty());
  }
  CHECK_FALSE(has_unfinished(node));
  CHECK(node.failures() == 0);
}

TEST_CASE("an unfinished meter whose namespace can't be entered for now is told and kept, and swept when it can be") {
  const std::string how = GENERATE("GC", "reconcile", "DEL");
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  const std::string netns = "/run/netns-of-c1";
  std::filesystem::create_symlink(netns, netns);  // ELOOP
  leave_unfinished(node, pod, Attach::kClsact, netns);
  INFO(how);
  const auto sweep = [&] {
    if (how == "GC")
      make_succeeding(gc_call({"c1"}));
    else if (how == "DEL")
      make_succeeding(with_variable(del_call(pod.netns), "CNI_NETNS", ""));
    else
      (void)files.reconcile().finish();
  };
  sweep();
  CHECK(has_unfinished(node));
  CHECK(attached_programs(pod.netns).size() == 2);
  const auto command = how == "GC"    ? FailureCommand::kGc
                       : how == "DEL" ? FailureCommand::kDel
                                      : FailureCommand::kReconcile;
  CHECK(node.failures(command, FailureReason::kNetns) == 1);
  std::filesystem::remove(netns);
  std::filesystem::create_symlink(pod.netns.path(), netns);
  sweep();
  CHECK_FALSE(has_unfinished(node));
  CHECK(attached_programs(pod.netns).empty());
  CHECK(node.failures() == 1);
  std::filesystem::remove(netns);
}

TEST_CASE("an unfinished meter whose namespace is gone is swept") {
  const std::string how = GENERATE("GC", "reconcile", "DEL");
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  leave_unfinished(node, pod, Attach::kClsact, "/run/missing");
  INFO(how);
  if (how == "GC")
    make_succeeding(gc_call({"c1"}));
  else if (how == "DEL")
    make_succeeding(with_variable(del_call(pod.netns), "CNI_NETNS", "/run/missing"));
  else
    CHECK(files.repairs().contains("sweep c1+eth0"));
  CHECK_FALSE(has_unfinished(node));
  CHECK(node.failures() == 0);
}

TEST_CASE("sweeping an unfinished meter leaves a filter alone that runs another program, also in podmeter's place") {
  const Node node;
  const auto pod = make_pod();
  leave_unfinished(node, pod, Attach::kClsact, pod.netns.path());
  const auto others = must(ForeignProgram::load(PM_EGRESS, TC_ACT_UNSPEC));
  {
    const auto inside = must(pod.netns.enter());
    must(add_filter({pod.ifindex(), PM_EGRESS}, others.fd()));
  }
  make_succeeding(gc_call({"c1"}));
  CHECK_FALSE(has_unfinished(node));
  CHECK(attached_programs(pod.netns).size() == 1);
}

TEST_CASE("DEL without a namespace detaches filters where the meter was made") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", "clsact"}}));
  make_succeeding(with_variable(del_call(pod.netns), "CNI_NETNS", ""));
  shown_meter("c1", "ended");
  CHECK(attached_programs(pod.netns).empty());
}

}  // namespace podmeter::tests
