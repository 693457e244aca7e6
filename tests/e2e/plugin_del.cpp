// SPDX-License-Identifier: Apache-2.0
// DEL ends the meter, keeps its counts, and never fails.
#include <optional>

#include "bpf/base/directory.hpp"
#include "tests/checks/counted.hpp"
#include "tests/checks/datagrams.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

struct Variable {
  const char* name;
  std::string value;
};

Call bare_del(const Pod& pod) {
  auto call = del_call(pod.netns);
  call.network.erase("prevResult");
  return call;
}

}  // namespace

TEST_CASE("after DEL the programs are gone and the counts can still be read") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  send_datagrams(pod);
  make_succeeding(with(del_call(pod.netns), {{"attach", attach}}));
  CHECK(attached_programs(pod.netns, "eth0").empty());  // at once: nothing is counted that a next meter counts too
  CHECK(node.pins().size() == 3);                       // the directory, the counters, the identity
  CHECK(same(shown_meter("c1", "ended").counters, datagrams_counted(1)));
  send_datagrams(pod);
  CHECK(same(shown_meter("c1", "ended").counters, datagrams_counted(1)));
}

TEST_CASE("counts outlive a namespace that vanishes without DEL, and a DEL after it finds the meter") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  std::optional<Pod> pod = make_pod();
  make_succeeding(with(add_call(pod->netns), {{"attach", attach}}));
  send_datagrams(*pod);
  const auto call = with_variable(del_call(pod->netns), "CNI_NETNS", GENERATE("", "/run/netns/gone"));
  pod.reset();
  CHECK(same(shown_meter("c1", "live").counters, datagrams_counted(1)));
  make_succeeding(call);
  CHECK(same(shown_meter("c1", "ended").counters, datagrams_counted(1)));
  CHECK(node.failures() == 0);
}

TEST_CASE("DEL is content without a previous result, without a namespace, twice, and before any ADD") {
  const std::string version = GENERATE("0.3.0", "0.3.1", "1.1.0", "2.0.0", "");
  const Node node;
  const auto pod = make_pod();
  const auto del = with(bare_del(pod), {{"cniVersion", version}});
  make_succeeding(del);
  CHECK(node.pins().empty());
  make_succeeding(add_call(pod.netns));
  make_succeeding(with_variable(del, "CNI_NETNS", ""));
  CHECK(soon_unmetered(pod.netns));
  make_succeeding(del);
  make_succeeding(del);
  CHECK(shown_meters().size() == 1);
  const bool is_known = version.starts_with("0.3.") || version == "1.1.0";
  CHECK(node.failures(FailureCommand::kDel, FailureReason::kConfig) == (is_known ? 0 : 3));
}

TEST_CASE("DEL with a namespace that is none still ends the meter") {
  const std::string netns = GENERATE("/etc/group", "relative", "/proc/self/ns/net", "/run");
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  make_succeeding(with_variable(del_call(pod.netns), "CNI_NETNS", netns));
  shown_meter("c1", "ended");
}

TEST_CASE("DEL succeeds whatever is wrong, also where failures close") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto wrong = GENERATE(ordered_json({{"pinRoot", "/run/nowhere"}}), ordered_json({{"attach", "x"}}),
                              ordered_json({{"unknown", 1}}), ordered_json({{"logFile", "/nowhere/log"}}));
  make_succeeding(with(del_call(pod.netns), {{"failurePolicy", "closed"}}));
  make_succeeding(with(with(del_call(pod.netns), wrong), {{"failurePolicy", "closed"}}));
}

TEST_CASE("DEL ends the meter that its variables name whatever its configuration is") {
  const std::string input = GENERATE(
      "", "no json", "[]", "null", R"({"cniVersion":"1.1.0",)", R"({"name":"pods","type":"podmeter"})",
      R"({"cniVersion":1})", R"({"cniVersion":"9.9.9","failurePolicy":"closed"})",
      "{\"cniVersion\":\"1.1.0\",\"name\":\"\xff\"}", std::string(1U << 20, '['), std::string(1U << 20, '\xff'));
  INFO(input.substr(0, 60));
  const Node node;
  const auto pod = make_pod();
  const auto call = del_call(pod.netns);
  const auto del = [&] { return Run(PODMETER_BINARY).environment(call.environment).input(input).finish(); };
  CHECK(del().output.empty());
  CHECK_FALSE(exists(node.tree().version_dir()));
  make_succeeding(add_call(pod.netns));
  const auto ran = del();
  INFO(ran.log);
  CHECK(ran.status == 0);
  CHECK(ran.output.empty());
  CHECK(ran.log.find("DEL is malformed") != std::string::npos);
  CHECK(node.failures(FailureCommand::kDel, FailureReason::kConfig) == 1);
  shown_meter("c1", "ended");
  CHECK(soon_unmetered(pod.netns));
}

TEST_CASE("DEL whose attachment can't be known succeeds, ends nobody's meter, and is recorded") {
  const auto& [name, value] = GENERATE(values<Variable>({{"CNI_CONTAINERID", ""},
                                                         {"CNI_CONTAINERID", "../c1"},
                                                         {"CNI_CONTAINERID", std::string(100000, 'c')},
                                                         {"CNI_IFNAME", ""},
                                                         {"CNI_IFNAME", "eth/0"}}));
  INFO(name << '=' << value.substr(0, 40));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  auto call = with_variable(del_call(pod.netns), name, value);
  make_succeeding(call);
  call.environment.erase(name);
  make_succeeding(call);
  CHECK(node.failures(FailureCommand::kDel, FailureReason::kIdentity) == 2);
  shown_meter("c1", "live");
}

TEST_CASE("DEL with a namespace path that no path can be, or malformed arguments, still ends the meter") {
  const auto& [name, value] =
      GENERATE(values<Variable>({{"CNI_NETNS", '/' + std::string(5000, 'n')}, {"CNI_ARGS", "=;x;K8S_POD_NAME"}}));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  make_succeeding(with_variable(del_call(pod.netns), name, value));
  shown_meter("c1", "ended");
}

TEST_CASE("DEL succeeds with stdin closed") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  CHECK(Run(PODMETER_BINARY).environment(del_call(pod.netns).environment).finish().status == 0);
  shown_meter("c1", "ended");
}

TEST_CASE("an ended meter is kept for as long as endedRetention says") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  make_succeeding(del_call(pod.netns));
  CHECK(shown_meters().size() == 1);
  SECTION("another DEL with a long retention keeps it") {
    make_succeeding(with(del_call(pod.netns, "c2"), {{"endedRetention", "1h"}}));
    CHECK(shown_meters().size() == 1);
  }
  SECTION("another DEL with none folds it") {
    make_succeeding(with(del_call(pod.netns, "c2"), {{"endedRetention", "0s"}}));
    CHECK(node.pins().empty());
  }
  SECTION("GC with none folds it") {
    make_succeeding(with(gc_call({}), {{"endedRetention", "0s"}}));
    CHECK(node.pins().empty());
  }
}

}  // namespace podmeter::tests
