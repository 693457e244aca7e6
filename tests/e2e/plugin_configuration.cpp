// SPDX-License-Identifier: Apache-2.0
// A wrong field of ours: under `open` metered with the default, counted and reported; under `closed` an error 7.
#include <sys/stat.h>

#include <fstream>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

struct Wrong {
  const char* field;
  ordered_json value;
};

const std::vector<Wrong>& wrong_fields() {
  static const std::vector<Wrong> all = {{"unknown", true},
                                         {"PinRoot", "/sys/fs/bpf/podmeter"},
                                         {"pinRoot", 1},
                                         {"pinRoot", ""},
                                         {"pinRoot", "sys/fs/bpf"},
                                         {"pinRoot", nullptr},
                                         {"scopes", false},
                                         {"scopes", "scopes.json"},
                                         {"scopes", "/etc/group"},
                                         {"attach", 1},
                                         {"attach", "TCX"},
                                         {"attach", ordered_json::array({"tcx"})},
                                         {"annotationLabels", "tenant"},
                                         {"annotationLabels", {{"a", 1}}},
                                         {"annotationLabels", {{"a", "1a"}}},
                                         {"annotationLabels", {{"a", "namespace"}}},
                                         {"annotationLabels", {{"a", "tenant"}, {"b", "tenant"}}},
                                         {"endedRetention", 15},
                                         {"endedRetention", "15"},
                                         {"endedRetention", "-15m"},
                                         {"group", {{"a", 1}}},
                                         {"group", "nobody-has-this-group"},
                                         {"logFile", 1},
                                         {"logFile", "log"},
                                         {"logFile", "/nowhere/podmeter.log"},
                                         {"logFile", "/run"},
                                         {"logLevel", 3},
                                         {"logLevel", "verbose"}};
  return all;
}

}  // namespace

TEST_CASE("with a wrong field of ours a pod is metered by the default, and the failure is counted and reported") {
  const auto& wrong = GENERATE(from_range(wrong_fields()));
  INFO(wrong.field << ": " << wrong.value.dump());
  const Node node;
  const auto pod = make_pod();
  const ordered_json field = {{wrong.field, wrong.value}};
  const auto added = make_succeeding(with(add_call(pod.netns), field));
  CHECK(added.finished.log.find(wrong.field) != std::string::npos);
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
  CHECK(node.failures() == 1);
  for (const auto& call : {check_call(pod.netns), status_call()}) {
    CHECK(make_succeeding(with(call, field)).finished.log.find(wrong.field) != std::string::npos);
    CHECK(make_failing(closed(with(call, field)), 7).message().find(wrong.field) != std::string::npos);
  }
}

TEST_CASE("with a wrong field of ours and a closed policy a pod gets an error that names it, and no meter") {
  const Node node;
  const auto pod = make_pod();
  for (const auto& wrong : wrong_fields()) {
    INFO(wrong.field << ": " << wrong.value.dump());
    const auto call = with(add_call(pod.netns), {{"failurePolicy", "closed"}, {wrong.field, wrong.value}});
    CHECK(make_failing(call, 7).message().find(wrong.field) != std::string::npos);
  }
  CHECK(soon_unmetered(pod.netns));
  CHECK(node.pins().empty());
}

TEST_CASE("a failure policy that is not known counts as open, which is the default") {
  const auto policy = GENERATE(ordered_json("Closed"), ordered_json(true), ordered_json(nullptr), ordered_json(""));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"failurePolicy", policy}}));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
}

TEST_CASE("fields of the specification or a runtime are not a mistake") {
  const Node node;
  const auto pod = make_pod();
  const auto call = with(add_call(pod.netns), {{"failurePolicy", "closed"},
                                               {"capabilities", {{"io.kubernetes.cri.pod-annotations", true}}},
                                               {"runtimeConfig", {{"portMappings", ordered_json::array()}}},
                                               {"dns", ordered_json::object()},
                                               {"ipam", {{"type", "host-local"}}},
                                               {"args", {{"cni", ordered_json::object()}}},
                                               {"cni.dev/whatever", 1},
                                               {"example.com/x", nullptr},
                                               {"disableCheck", true},
                                               {"disableGC", false},
                                               {"cniVersions", ordered_json::array({"1.1.0"})},
                                               {"loadOnlyInlinedPlugins", true},
                                               {"ipMasq", true}});
  make_succeeding(call);
  CHECK(node.failures() == 0);
}

TEST_CASE("the settings are what the configuration says") {
  const Node node;
  const auto pod = make_pod();
  SECTION("another pin root") {
    make_succeeding(with(add_call(pod.netns), {{"pinRoot", "/sys/fs/bpf/podmeter/elsewhere"}}));
    const MeterDir dir("/sys/fs/bpf/podmeter/elsewhere/v1/meters/c1+eth0");
    CHECK(pinned_programs(dir) == attached_programs(pod.netns));
    CHECK(shown_meters().empty());
  }
  SECTION("a group by its number") {
    make_succeeding(with(add_call(pod.netns), {{"group", "1234"}}));
    struct stat status {};
    REQUIRE(::lstat(node.live().counters().c_str(), &status) == 0);
    CHECK(status.st_gid == 1234);
  }
}

}  // namespace podmeter::tests
