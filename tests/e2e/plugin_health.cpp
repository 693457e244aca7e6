// SPDX-License-Identifier: Apache-2.0
// Runtimes call CHECK and STATUS again and again. Under `open` both answer 0 for what ADD forgives; a problem is logged
// and counted when it begins and when it changes.
#include <unistd.h>

#include <fstream>

#include "bpf/base/directory.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

constexpr char kOver[] = "the problem that was told before is over";

struct Row {
  const char* field;
  ordered_json value;
};

std::string log_of(const Call& call) {
  return make_succeeding(call).finished.log;
}

Call no_meter(const Pod& pod) {
  return check_call(pod.netns, "none");
}

}  // namespace

TEST_CASE("what ADD forgives keeps no node from being ready and no pod from starting, and is told once") {
  std::ofstream("/run/typo.json") << R"([{"name":"zone","prefixes":["10.8.1.2/16"]},{"name":"rest","default":true}])";
  const auto& row = GENERATE(values<Row>({{"scopes", "/run/typo.json"},
                                          {"scopes", "/run/not-there-yet.json"},
                                          {"logFile", "/var/log/cleaned-away/podmeter.log"},
                                          {"group", "nobody-has-this-group"},
                                          {"logFormat", "json"}}));
  const ordered_json field = {{row.field, row.value}};
  INFO(field.dump());
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), field));
  for (const auto& [call, command] :
       {std::pair(check_call(pod.netns), FailureCommand::kCheck), std::pair(status_call(), FailureCommand::kStatus)}) {
    CHECK(log_of(with(call, field)).find(row.field) != std::string::npos);
    CHECK(log_of(with(call, field)).empty());
    CHECK(node.failures(command, FailureReason::kConfig) == 1);
    CHECK(log_of(call).find(kOver) != std::string::npos);
    CHECK(log_of(call).empty());
    CHECK(log_of(with(call, field)).find(row.field) != std::string::npos);
    CHECK(node.failures(command, FailureReason::kConfig) == 2);
  }
}

TEST_CASE("a problem that becomes another is told again, and those of pods and networks are told apart") {
  const Node node;
  const auto pod = make_pod(), other = make_pod();
  make_succeeding(add_call(pod.netns));
  make_succeeding(add_call(other.netns, "c2"));
  for (const auto* container : {"c1", "c2"})
    REQUIRE(::unlink(node.live(container).link(PM_EGRESS).c_str()) == 0);
  CHECK(log_of(check_call(pod.netns)).find("egress_link") != std::string::npos);
  CHECK(log_of(check_call(other.netns, "c2")).find("egress_link") != std::string::npos);
  CHECK(log_of(check_call(pod.netns)).empty());
  REQUIRE(::unlink(node.live().counters().c_str()) == 0);
  CHECK(log_of(check_call(pod.netns)).find("counters") != std::string::npos);
  CHECK(log_of(check_call(other.netns, "c2")).empty());
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kAttach) == 2);
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kBpffs) == 1);
  const ordered_json wrong = {{"unknown", 1}}, wrong_there = {{"unknown", 1}, {"name", "another-network"}};
  for (const auto& fields : {wrong, wrong_there}) {
    CHECK(log_of(with(status_call(), fields)).find("unknown") != std::string::npos);
    CHECK(log_of(with(status_call(), fields)).empty());
  }
  CHECK(log_of(with(status_call(), wrong)).empty());
}

TEST_CASE("a pod without a meter passes CHECK under open, and is told once under either policy") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));  // makes the tree
  if (GENERATE(false, true)) {
    CHECK(make_failing(closed(no_meter(pod)), 100).finished.log.find("none") != std::string::npos);
    CHECK(make_failing(closed(no_meter(pod)), 100).finished.log.empty());
  } else {
    CHECK(log_of(no_meter(pod)).find("none") != std::string::npos);
    CHECK(log_of(no_meter(pod)).empty());
  }
  CHECK(node.failures(FailureCommand::kCheck, FailureReason::kIdentity) == 1);
  CHECK(node.failures() == 1);
}

TEST_CASE("CHECK and STATUS make no tree, and without one each call tells what is wrong") {
  const Node node;
  const auto pod = make_pod();
  for (const auto& call : {check_call(pod.netns), with(status_call(), {{"unknown", 1}})})
    for (int times = 0; times < 2; times++)
      CHECK_FALSE(log_of(call).empty());
  CHECK_FALSE(exists(node.tree().root()));
}

TEST_CASE("a record of what was told that is not one is passed over and replaced") {
  const Node node;
  make_succeeding(add_call(make_pod().netns));
  const std::string record = node.tree().health_problems();
  REQUIRE(::symlink("garbage of any length that no version of podmeter has written", record.c_str()) == 0);
  const auto call = with(status_call(), {{"unknown", 1}});
  CHECK_FALSE(log_of(call).empty());
  CHECK(log_of(call).empty());
}

}  // namespace podmeter::tests
