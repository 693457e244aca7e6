// SPDX-License-Identifier: Apache-2.0
// The lines that reconcile logs, and the passes that it makes with an interval.
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "bpf/base/directory.hpp"
#include "bpf/base/text_file.hpp"
#include "bpf/events/repairs.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/e2e/reconcile_checks.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

TEST_CASE("a tree's repairs are in its own log file, and in no other tree's") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"logFile", "/run/own.log"}});
  files.configure_another("others",
                          {{"pinRoot", "/sys/fs/bpf/podmeter/others"}, {"logFile", GENERATE("", "/run/others.log")}});
  const PinTree others("/sys/fs/bpf/podmeter/others");
  REQUIRE(make_tree(others, 0));
  REQUIRE(make_tree(node.tree(), 0));
  REQUIRE(::mkdir(node.tree().making("own+eth0").path().c_str(), 0750) == 0);
  REQUIRE(::mkdir(others.making("other+eth0").path().c_str(), 0750) == 0);
  CHECK(files.reconcile().finish().status == 0);
  const auto log = must(read_text_file("/run/own.log"));
  CHECK(log.find("container own (eth0)") != std::string::npos);
  CHECK(log.find("container other (eth0)") == std::string::npos);
  std::filesystem::remove("/run/own.log");
  std::filesystem::remove("/run/others.log");
}

TEST_CASE("with an interval reconcile says at start what it looks after, and each warning once") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"typo", 1}});
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  files.remember("c1", pod.netns);
  files.remember("c2", pod.netns, "others");
  files.write_cached("pods-c3-eth0", "");
  break_meter(node);
  auto running = must(files.reconcile({"--interval", "20ms"}).start());
  for (int pass = 0; pass < 3; pass++) {
    const auto passed = [&] {
      const auto counts = read_repairs(node.tree().repairs());
      return counts ? counts->last_reconcile_ns : 0;
    };
    const auto before = passed();
    REQUIRE(soon([&] { return passed() != before; }));
  }
  running.signal(SIGTERM);
  const auto finished = running.wait();
  INFO(finished.log);
  CHECK(finished.status == 0);
  CHECK(count(finished.log, "tree=/sys/fs/bpf/podmeter networks=pods attachments=1") == 1);
  CHECK(count(finished.log, "field 'typo' is unknown") == 1);
  CHECK(count(finished.log, "pods-c3-eth0") == 1);
  CHECK(count(finished.log, "can't look after container broken (eth0)") == 1);
  CHECK(node.failures(FailureCommand::kReconcile, FailureReason::kIdentity) >= 3);
}

TEST_CASE("a node without a network that lists podmeter is told so") {
  const Node node;
  const RuntimeFiles files;
  std::filesystem::remove("/run/cni/net.d/10-pods.conflist");
  const auto finished = files.reconcile().finish();
  CHECK(finished.status == 0);
  CHECK(count(finished.log, "no CNI network lists podmeter") == 1);
}

TEST_CASE("with an interval reconcile goes on until it is told to end") {
  const Node node;
  const RuntimeFiles files;
  auto pod = std::optional(make_pod());
  make_succeeding(add_call(pod->netns));
  auto running = must(files.reconcile({"--interval", "50ms"}).start());
  const auto ended = [] { return shown_meters().at(0).text("state") == "ended"; };
  CHECK_FALSE(ended());
  pod.reset();
  CHECK(soon(ended));
  running.signal(SIGTERM);
  const auto finished = running.wait();
  CHECK(finished.status == 0);
  CHECK(finished.log.find("end container c1 (eth0): ") != std::string::npos);
  CHECK(files.reconcile({"--interval", "soon"}).finish().status == 2);
}

}  // namespace podmeter::tests
