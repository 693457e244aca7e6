// SPDX-License-Identifier: Apache-2.0
// Pods that ran before podmeter was installed.
#include "tests/checks/datagrams.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using nlohmann::ordered_json;
using Repaired = std::multiset<std::string>;

// The first pass on a node also puts the scope table in place.
Repaired adopted(const RuntimeFiles& files) {
  auto repairs = files.repairs();
  repairs.erase("scopes /etc/podmeter/scopes.json");
  return repairs;
}

}  // namespace

TEST_CASE("a pod that libcni remembers is adopted, as who it is, and counted from then on") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"annotationLabels", {{"billing/tenant", "tenant"}}}});
  const auto pod = make_pod();
  files.remember("c1", pod.netns);
  send_datagrams(pod);
  CHECK(adopted(files) == Repaired{"adopt c1/eth0"});
  const auto meter = shown_meter();
  CHECK(meter.text("namespace") == "shop");
  CHECK(meter.text("pod") == "cart");
  CHECK(meter.text("uid") == "u-c1");
  CHECK(meter.json.at("labels").at("tenant") == "acme");
  CHECK(meter.json.at("start_timestamp_seconds") > 0);
  send_datagrams(pod);
  CHECK(shown_meter().counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].packets == 1);
  CHECK(adopted(files) == Repaired{});
  make_succeeding(del_call(pod.netns));
  CHECK(adopted(files) == Repaired{});  // the cache outlives the DEL of this plugin
  shown_meter("c1", "ended");
}

TEST_CASE("a repair names the pod as people know it") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  files.remember("1b1a0cc99686d3f1", pod.netns);
  const auto planned = files.reconcile({"--dry-run"}).finish();
  CHECK(planned.output.find("shop/cart (1b1a0cc99686, eth0)  not metered before") != std::string::npos);
  const auto finished = files.reconcile().finish();
  CHECK(finished.log.find("msg=\"adopt shop/cart (1b1a0cc99686, eth0): not metered before\"") != std::string::npos);
  CHECK(finished.output.find("shop/cart (1b1a0cc99686, eth0)") != std::string::npos);
}

TEST_CASE("what can't or shouldn't be adopted is left alone") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  SECTION("of a network without podmeter") {
    files.remember("c1", pod.netns, "others");
  }
  SECTION("whose namespace is gone") {
    const auto gone = make_pod();
    files.remember("c1", gone.netns);
  }
  SECTION("what is no attachment") {
    files.write_cached("pods-c1-eth0", "{\"kind\": \"cniCacheV1\"");
    files.write_cached("pods-c2-eth0", R"({"kind": "other"})");
    files.write_cached("pods-c3-eth0", R"({"kind": "cniCacheV1", "containerId": 1, "ifName": []})");
    files.write_cached("pods-c4-eth0", R"({"kind": "cniCacheV1", "containerId": "../x", "ifName": "eth0"})");
    files.write_cached("pods-c5-eth0", "");
  }
  CHECK(adopted(files) == Repaired{});
  CHECK(shown_meters().empty());
  CHECK(node.failures() == 0);
}

TEST_CASE("two reconciles at once adopt every pod once") {
  const Node node;
  const RuntimeFiles files;
  std::vector<Pod> pods;
  for (int i = 0; i < 8; i++) {
    pods.push_back(make_pod());
    files.remember("c" + std::to_string(i), pods.back().netns);
  }
  std::vector<Running> running;
  for (int i = 0; i < 4; i++)
    running.push_back(must(files.reconcile().start()));
  for (auto& one : running)
    (void)one.wait();
  CHECK(adopted(files) == Repaired{});
  CHECK(shown_meters().size() == pods.size());
  for (std::size_t i = 0; i < pods.size(); i++) {
    CHECK(attached_programs(pods[i].netns) == pinned_programs(node.live("c" + std::to_string(i))));
    send_datagrams(pods[i]);
    CHECK(shown_meter("c" + std::to_string(i)).counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].packets == 1);
  }
}

}  // namespace podmeter::tests
