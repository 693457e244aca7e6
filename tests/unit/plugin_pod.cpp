// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/symlink_text.hpp"
#include "plugin/verbs/pod_identity.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using nlohmann::json;

Request request_with(std::map<std::string, std::string> args, const json& annotations = json::object()) {
  Request request;
  request.attachment = {"c1", "eth0"};
  request.args = std::move(args);
  request.network = "pods";
  request.config =
      std::make_shared<const json>(json{{"runtimeConfig", {{"io.kubernetes.cri.pod-annotations", annotations}}}});
  return request;
}

Settings labelled(std::map<std::string, std::string> labels) {
  Settings settings;
  settings.annotation_labels = std::move(labels);
  return settings;
}

}  // namespace

TEST_CASE("a pod is named by its arguments, its network and the annotations that were asked for") {
  const auto named =
      name_pod(request_with({{"K8S_POD_NAMESPACE", "shop"}, {"K8S_POD_NAME", "web-0"}, {"K8S_POD_UID", "u"}},
                            {{"a/t", "acme"}, {"b", "not asked for"}, {"n", 7}}),
               labelled({{"a/t", "tenant"}, {"n", "number"}, {"missing", "missing"}}));
  CHECK(named.faults.empty());
  CHECK(named.identity.attachment == Attachment{"c1", "eth0"});
  CHECK(named.identity.network == "pods");
  CHECK(named.identity.pod_namespace == "shop");
  CHECK(named.identity.pod == "web-0");
  CHECK(named.identity.uid == "u");
  CHECK(named.identity.labels == std::map<std::string, std::string>{{"tenant", "acme"}});
}

TEST_CASE("a pod of which nothing is known is named by its attachment alone") {
  const auto named = name_pod(request_with({}), Settings());
  CHECK(named.faults.empty());
  CHECK(named.identity.pod.empty());
  CHECK(named.identity.labels.empty());
}

TEST_CASE("a value may be as long as Kubernetes makes one, and is cut and told when longer") {
  const auto most = name_pod(request_with({{"K8S_POD_NAME", std::string(kPodFieldMax, 'p')}}), Settings());
  CHECK(most.faults.empty());
  CHECK(most.identity.pod.size() == kPodFieldMax);
  const auto more = name_pod(request_with({{"K8S_POD_NAME", std::string(kPodFieldMax + 1, 'p')}}), Settings());
  REQUIRE(more.faults.size() == 1);
  CHECK(more.faults.front().find("K8S_POD_NAME") != std::string::npos);
  CHECK(more.identity.pod == std::string(kPodFieldMax, 'p'));
}

TEST_CASE("an annotation whose value is cut is told on a line, whatever it is called, and is not a fault") {
  const std::string annotation = "a\n\x1b[31m";
  const auto named = name_pod(request_with({}, {{annotation, std::string(kLabelValueMax + 1, 'v')}}),
                              labelled({{annotation, "tenant"}}));
  CHECK(named.faults.empty());
  CHECK(named.cut == "a??[31m (257 bytes)");
  CHECK(named.identity.labels.at("tenant") == std::string(kLabelValueMax, 'v'));
}

TEST_CASE("control characters of an annotation are replaced, but tab, newline and return") {
  const auto named =
      name_pod(request_with({}, {{"a", std::string("x\x01\x1f\0\x7f\ty\r\n", 9)}}), labelled({{"a", "a"}}));
  const std::string replaced = "\xef\xbf\xbd";
  CHECK(named.identity.labels.at("a") == "x" + replaced + replaced + replaced + replaced + "\ty\r\n");
  CHECK(named.faults.empty());
  CHECK(named.cut.empty());
}

TEST_CASE("a cut never divides a character") {
  const std::string euro = "\xe2\x82\xac";
  for (std::size_t before = kPodFieldMax - 3; before <= kPodFieldMax; before++) {
    const std::string kept(before, 'x');
    const auto named = name_pod(request_with({{"K8S_POD_UID", kept + euro + "tail"}}), Settings());
    CHECK(named.identity.uid == (before == kPodFieldMax - 3 ? kept + euro : kept));
  }
}

TEST_CASE("labels share the room of an identity: the longest are cut, and a short one keeps its value") {
  const char byte = GENERATE('x', '"', '\x01', '\n');
  const int count = GENERATE(1, 3, 10, 40);
  json annotations = {{"trusted", "acme"}};
  std::map<std::string, std::string> labels = {{"trusted", "tenant"}};
  for (int i = 0; i < count; i++) {
    annotations["a" + std::to_string(i)] = std::string(100000, byte);
    labels["a" + std::to_string(i)] = "l" + std::to_string(i);
  }
  const auto named =
      name_pod(request_with({{"K8S_POD_NAME", std::string(kPodFieldMax, 'p')}}, annotations), labelled(labels));
  CHECK(named.faults.empty());
  CHECK_FALSE(named.cut.empty());
  CHECK(named.identity.labels.at("tenant") == "acme");
  CHECK(named.identity.labels.size() == static_cast<std::size_t>(count) + 1);
  CHECK(named.identity.labels.at("l0").size() > 30);
  CHECK(to_text(named.identity).size() <= kSymlinkMax);
  if (count >= 40)  // no room is wasted but a character for each label
    CHECK(to_text(named.identity).size() > kSymlinkMax - 256 - 3 * 41);
}

TEST_CASE("of labels whose names alone don't fit the longest go, as a fault") {
  json annotations = {{"trusted", "acme"}};
  std::map<std::string, std::string> labels = {{"trusted", "tenant"}};
  for (char c = 'a'; c < 'k'; c++) {
    annotations[std::string(1, c)] = "x";
    labels[std::string(1, c)] = std::string(500, c);
  }
  const auto named = name_pod(request_with({}, annotations), labelled(labels));
  CHECK(named.identity.labels.at("tenant") == "acme");
  CHECK(named.identity.labels.size() == 11 - named.faults.size());
  REQUIRE_FALSE(named.faults.empty());
  CHECK(named.faults.front().find("does not fit") != std::string::npos);
}

TEST_CASE("of names that don't fit into an identity the container ID is left, and the labels") {
  const std::string field(kPodFieldMax, '\x01');  // six bytes each, as JSON
  const auto named = name_pod(
      request_with({{"K8S_POD_NAME", field}, {"K8S_POD_NAMESPACE", field}, {"K8S_POD_UID", field}}, {{"a", "acme"}}),
      labelled({{"a", "tenant"}}));
  CHECK_FALSE(named.faults.empty());
  CHECK(named.identity.pod.empty());
  CHECK(named.identity.attachment.container_id == "c1");
  CHECK(named.identity.labels.at("tenant") == "acme");
}

TEST_CASE("whatever a pod is called, its identity with all that ADD fills in can be kept") {
  const char byte = GENERATE('p', '"', '\x01', '\xff');
  auto request = request_with({{"K8S_POD_NAME", std::string(1000, byte)},
                               {"K8S_POD_NAMESPACE", std::string(1000, byte)},
                               {"K8S_POD_UID", std::string(1000, byte)}});
  request.network = std::string(1000, byte);
  auto identity = name_pod(request, Settings()).identity;
  identity.meter = "0123456789abcdef";
  identity.attach = Attach::kClsact;
  identity.ifindex = UINT32_MAX;
  identity.netns_cookie = UINT64_MAX;
  identity.start_ns = INT64_MAX;
  CHECK(to_text(identity).size() <= kSymlinkMax);
}

}  // namespace podmeter::tests
