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

TEST_CASE("an annotation whose value is cut is told on a line, whatever it is called") {
  const std::string annotation = "a\n\x1b[31m";
  const auto named = name_pod(request_with({}, {{annotation, std::string(kLabelValueMax + 1, 'v')}}),
                              labelled({{annotation, "tenant"}}));
  REQUIRE(named.faults.size() == 1);
  CHECK(named.faults.front().starts_with("annotation a??[31m has 257 bytes"));
}

TEST_CASE("a cut never divides a character") {
  const std::string euro = "\xe2\x82\xac";
  for (std::size_t before = kPodFieldMax - 3; before <= kPodFieldMax; before++) {
    const std::string kept(before, 'x');
    const auto named = name_pod(request_with({{"K8S_POD_UID", kept + euro + "tail"}}), Settings());
    CHECK(named.identity.uid == (before == kPodFieldMax - 3 ? kept + euro : kept));
  }
}

TEST_CASE("an identity always fits, labels going first and then all but the container ID") {
  const std::string wide(kLabelValueMax, '\x01');  // six bytes each, as JSON
  json annotations;
  std::map<std::string, std::string> labels;
  for (const char* name : {"a", "b", "c"}) {
    annotations[name] = wide;
    labels[name] = name;
  }
  const auto labels_gone = name_pod(request_with({{"K8S_POD_NAME", "web"}}, annotations), labelled(labels));
  CHECK(labels_gone.faults.size() == 1);
  CHECK(labels_gone.identity.labels.empty());
  CHECK(labels_gone.identity.pod == "web");

  const std::string field(kPodFieldMax, '\x01');
  const auto all_gone = name_pod(
      request_with({{"K8S_POD_NAME", field}, {"K8S_POD_NAMESPACE", field}, {"K8S_POD_UID", field}}), Settings());
  CHECK_FALSE(all_gone.faults.empty());
  CHECK(all_gone.identity.pod.empty());
  CHECK(all_gone.identity.attachment.container_id == "c1");
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
