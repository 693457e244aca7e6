// SPDX-License-Identifier: Apache-2.0
// Locks and unfinished meters of stuck and dead processes: no pod waits for them beyond the budget. A call that takes
// 30 seconds is killed, and its test fails.
#include <sys/stat.h>

#include <fstream>

#include "bpf/tree/meter_store.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/pods/stuck_process.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
TEST_CASE("a pod whose meter a stuck process is building starts, and once that is dead the next ADD meters it") {
  const Node node;
  const auto pod = make_pod();
  must(make_tree(node.tree(), kPodmeterGroup));
  const auto making = node.tree().making("c1+eth0").path();
  REQUIRE(::mkdir(making.c_str(), 0750) == 0);
  auto stuck = must(StuckProcess::lock(making));
  make_succeeding(add_call(pod.netns));
  CHECK(attached_programs(pod.netns).empty());
  CHECK(node.failures() == 1);
  make_failing(with(add_call(pod.netns), {{"failurePolicy", "closed"}}), 100);
  make_succeeding(del_call(pod.netns));
  make_succeeding(gc_call({"c1"}));
  stuck.kill();
  const auto before = node.failures();
  make_succeeding(add_call(pod.netns));
  check_metered(node, pod.netns);
  CHECK(node.failures() == before);
}

TEST_CASE("a pod starts within the budget where a stuck process has the lock that the first scopes need") {
  const Node node;
  const auto pod = make_pod();
  must(make_tree(node.tree(), kPodmeterGroup));
  auto stuck = must(StuckProcess::lock(node.tree().scope_lock()));
  make_succeeding(add_call(pod.netns));
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kTimeout) > 0);
  make_failing(with(add_call(pod.netns), {{"failurePolicy", "closed"}}), 100);
  make_succeeding(del_call(pod.netns));
  stuck.kill();
  const auto before = node.failures();
  make_succeeding(add_call(pod.netns));
  check_metered(node, pod.netns);
  CHECK(node.failures() == before);
}

TEST_CASE("a pod is metered by the scopes that run where a stuck process has the lock that others need") {
  const Node node;
  const Pod first = make_pod(), pod = make_pod();
  make_succeeding(add_call(first.netns, "first"));
  std::ofstream("/run/scopes.json") << R"([{"name": "all", "default": true}])";
  const auto stuck = must(StuckProcess::lock(node.tree().scope_lock()));
  make_succeeding(with(add_call(pod.netns), {{"scopes", "/run/scopes.json"}}));
  ::unlink("/run/scopes.json");
  check_metered(node, pod.netns);
  CHECK(node.failures() == 0);
}

TEST_CASE("an ADD that is killed at any moment leaves nothing that keeps the next one from metering the pod") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  const auto call = with(add_call(pod.netns), {{"attach", attach}});
  for (int milliseconds = 0; milliseconds < 40; milliseconds += 2) {
    INFO("killed after " << milliseconds << " ms");
    {
      const auto killed = must(run_of(call).start());
      ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
    }
    make_succeeding(call);
    check_metered(node, pod.netns);
    make_succeeding(with(del_call(pod.netns), {{"endedRetention", "0s"}}));
    CHECK(soon_unmetered(pod.netns));
  }
  CHECK(node.failures() == 0);
}

}  // namespace podmeter::tests
