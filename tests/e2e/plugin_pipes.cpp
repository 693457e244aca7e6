// SPDX-License-Identifier: Apache-2.0
// A runtime that doesn't read, or doesn't stop to write. A call that takes 30 seconds is killed, and its test fails.
#include <fcntl.h>
#include <unistd.h>

#include "bpf/base/fd.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/pods/stuck_process.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/full_pipe.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

void check_result(const Call& call, const Reply& reply) {
  INFO(reply.finished.log);
  CHECK(reply.ok());
  CHECK(nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult")));
}

}  // namespace

TEST_CASE("a pod is metered where nobody reads the plugin's stderr") {
  const Node node;
  const auto pod = make_pod();
  const FullPipe full;
  // More lines than one.
  const auto call = with(add_call(pod.netns), {{"unknown", 1}, {"logFile", "/nowhere/log"}, {"attach", "x"}});
  check_result(call, {run_of(call).first([&] { return full.become(STDERR_FILENO); }).finish()});
  check_metered(node, pod.netns);
}

TEST_CASE("a plugin whose stdout nobody reads comes to an end, with the pod metered") {
  const Node node;
  const auto pod = make_pod();
  const FullPipe full;
  const auto ran = run_of(add_call(pod.netns)).first([&] { return full.become(STDOUT_FILENO); }).finish();
  CHECK(ran.status == 1);
  check_metered(node, pod.netns);
}

TEST_CASE("a plugin whose stdout nobody reads comes to an end where a stuck process holds a lock, too") {
  const Node node;
  const auto pod = make_pod();
  const FullPipe full;
  must(make_tree(node.tree(), kPodmeterGroup));
  const auto stuck = must(StuckProcess::lock(node.tree().scope_lock()));
  const auto ran = run_of(add_call(pod.netns)).first([&] { return full.become(STDOUT_FILENO); }).finish();
  CHECK(ran.status == 1);
}

TEST_CASE("a plugin whose stdin is never closed serves the call with what it has read") {
  const Node node;
  const auto pod = make_pod();
  const auto call = add_call(pod.netns);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd reader(ends[0]), writer(ends[1]);
  const auto network = call.network.dump();
  REQUIRE(::write(writer.get(), network.data(), network.size()) == static_cast<ssize_t>(network.size()));
  check_result(call, {run_of(call).first([&] { return ::dup2(reader.get(), STDIN_FILENO) == 0; }).finish()});
  check_metered(node, pod.netns);
}

}  // namespace podmeter::tests
