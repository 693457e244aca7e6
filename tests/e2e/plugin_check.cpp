// SPDX-License-Identifier: Apache-2.0
// CHECK finds whatever part of a meter is missing. Under `closed` it says so; see plugin_health.cpp for `open`.
#include <unistd.h>

#include "bpf/tree/meter_store.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

std::vector<std::string> parts(const MeterDir& dir, const std::string& attach) {
  std::vector<std::string> all = {dir.counters(), dir.identity(), dir.program(PM_EGRESS), dir.program(PM_INGRESS)};
  if (attach == "tcx")
    for (const auto direction : kDirections)
      all.push_back(dir.link(direction));
  return all;
}

}  // namespace

TEST_CASE("CHECK is silent about a whole meter and names the part that is missing") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  std::uint64_t failures = 0;
  for (const auto& part : parts(node.live(), attach)) {
    INFO(part);
    make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
    make_succeeding(with(check_call(pod.netns), {{"attach", attach}}));
    REQUIRE(::unlink(part.c_str()) == 0);
    CHECK(make_failing(closed(check_call(pod.netns)), 100).message().find(part) != std::string::npos);
    make_succeeding(del_call(pod.netns));
    failures++;
  }
  std::uint64_t counted = 0;
  for (const auto reason : {FailureReason::kAttach, FailureReason::kBpffs, FailureReason::kIdentity})
    counted += node.failures(FailureCommand::kCheck, reason);
  CHECK(counted == failures);
}

TEST_CASE("CHECK finds a filter that was removed or replaced inside the pod") {
  const auto& direction = GENERATE(std::string("egress"), std::string("ingress"));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", "clsact"}}));
  SECTION("the filter") {
    tc(pod.netns, "filter del dev eth0 " + direction + " prio 1\n");
    CHECK(make_failing(closed(check_call(pod.netns)), 100).message().find(direction) != std::string::npos);
  }
  SECTION("the whole qdisc") {
    tc(pod.netns, "qdisc del dev eth0 clsact\n");
    CHECK(make_failing(closed(check_call(pod.netns)), 100).message().find("egress") != std::string::npos);
  }
  // The next ADD mends it.
  make_succeeding(with(add_call(pod.netns), {{"attach", "clsact"}}));
  make_succeeding(check_call(pod.netns));
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
}

TEST_CASE("CHECK fails without a meter, an interface or a namespace, or in another namespace than the meter's") {
  const Node node;
  const auto pod = make_pod(), other = make_pod();
  must(make_tree(node.tree(), 0));
  make_failing(closed(check_call(pod.netns)), 100);
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kIdentity) == 1);
  make_succeeding(add_call(pod.netns));
  make_failing(closed(check_call(other.netns)), 100);
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kAttach) == 1);
  make_failing(closed(with_variable(check_call(pod.netns), "CNI_NETNS", "/run/missing")), 100);
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kNetns) == 1);
  ip(pod.netns, "link set eth0 down name eth1\n");
  make_failing(closed(check_call(pod.netns)), 100);
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kInterface) == 1);
}

}  // namespace podmeter::tests
