// SPDX-License-Identifier: Apache-2.0
// The pod that a meter counts for: what CNI_ARGS and the pod's annotations say, however they say it.
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

Call with_annotations(Call call, const ordered_json& annotations) {
  call.network["annotationLabels"] = {{"billing.example.com/tenant", "tenant"}, {"team", "team"}};
  call.network["runtimeConfig"]["io.kubernetes.cri.pod-annotations"] = annotations;
  return call;
}

}  // namespace

TEST_CASE("a meter is known by what CNI_ARGS says of its pod") {
  struct Row {
    std::string args, pod_namespace, pod, uid;
  };
  const auto& row = GENERATE(values<Row>(
      {{"", "", "", ""},
       {";;", "", "", ""},
       {"IgnoreUnknown=1;K8S_POD_NAME=web", "", "web", ""},
       {"K8S_POD_UID=u-1;K8S_POD_NAMESPACE=shop;IgnoreUnknown=1;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_NAME=web-0",
        "shop", "web-0", "u-1"},
       {"K8S_POD_NAME=first;K8S_POD_NAME=last", "", "last", ""},
       {"K8S_POD_NAME=;K8S_POD_NAMESPACE=", "", "", ""},
       {"K8S_POD_NAME=a=b", "", "a=b", ""},
       {"K8S_POD_NAME=\xff\xc3w", "", "\xef\xbf\xbd\xef\xbf\xbdw", ""},
       {"K8S_POD_NAME=w\xc3\xa4\n\"\\", "", "w\xc3\xa4\n\"\\", ""},
       {"k8s_pod_name=web", "", "", ""}}));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with_variable(add_call(pod.netns), "CNI_ARGS", row.args));
  const auto shown = shown_meter();
  CHECK(shown.text("namespace") == row.pod_namespace);
  CHECK(shown.text("pod") == row.pod);
  CHECK(shown.text("uid") == row.uid);
  CHECK(node.failures() == 0);
}

TEST_CASE("a huge CNI_ARGS still gives a meter, cut to what fits, and counts as a failure") {
  const std::string args =
      GENERATE(as<std::string>(), "K8S_POD_NAME=" + std::string(100000, 'p'),
               "K8S_POD_NAME=" + std::string(254, '\xff') + ";K8S_POD_NAMESPACE=" + std::string(100000, '\x01') +
                   ";K8S_POD_UID=" + std::string(300, '\x02'));
  const Node node;
  const auto pod = make_pod();
  const auto call = with_variable(add_call(pod.netns), "CNI_ARGS", args);
  make_succeeding(call);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kIdentity) > 0);
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(shown_meter().text("pod").size() <= 253 * 3);
  make_succeeding(del_call(pod.netns));
  make_failing(with(call, {{"failurePolicy", "closed"}}), 100);
  CHECK(soon_unmetered(pod.netns));
}

TEST_CASE("a pod's annotations become labels where the configuration says so") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with_annotations(
      add_call(pod.netns),
      {{"billing.example.com/tenant", "acme \"\xc3\xa4\"\n"}, {"other", "not asked for"}, {"team", 7}}));
  CHECK(shown_meter().json.at("labels") == ordered_json({{"tenant", "acme \"\xc3\xa4\"\n"}}));
  CHECK(node.failures() == 0);
}

TEST_CASE("annotations of another shape than an object are passed over") {
  const auto annotations = GENERATE(ordered_json(nullptr), ordered_json("x"), ordered_json::array({"team"}));
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with_annotations(add_call(pod.netns), annotations));
  CHECK(shown_meter().json.at("labels").empty());
  CHECK(attached_programs(pod.netns).size() == 2);
}

TEST_CASE("an annotation that is too long is cut between characters, which is no failure, and told at level debug") {
  const std::string policy = GENERATE("open", "closed");
  const Node node;
  const auto pod = make_pod();
  const std::string umlauts = [] {
    std::string text = "x";
    for (int i = 0; i < 200; i++)
      text += "\xc3\xa4";
    return text;
  }();
  const auto call = with(with_annotations(add_call(pod.netns), {{"team", umlauts}}), {{"failurePolicy", policy}});
  CHECK(make_succeeding(call).finished.log.find("cut") == std::string::npos);
  CHECK(shown_meter().json.at("labels").at("team") == umlauts.substr(0, 255));
  CHECK(node.failures() == 0);
  make_succeeding(del_call(pod.netns));
  const auto log = make_succeeding(with(call, {{"logLevel", "debug"}})).finished.log;
  CHECK(log.find(R"(level=debug msg="annotations are cut")") != std::string::npos);
  CHECK(log.find("team (401 bytes)") != std::string::npos);
}

TEST_CASE("whatever a pod's owner writes into annotations, a short label stays as it is") {
  const std::string text = GENERATE(std::string(256, '\x01'), std::string(100000, '"'), std::string(100000, 'x'));
  const Node node;
  const auto pod = make_pod();
  auto call = add_call(pod.netns);
  call.network["annotationLabels"]["billing.example.com/tenant"] = "tenant";
  call.network["runtimeConfig"]["io.kubernetes.cri.pod-annotations"]["billing.example.com/tenant"] = "acme";
  for (int i = 0; i < 30; i++) {
    const std::string name = "own" + std::to_string(i);
    call.network["annotationLabels"][name] = name;
    call.network["runtimeConfig"]["io.kubernetes.cri.pod-annotations"][name] = text;
  }
  make_succeeding(closed(call));
  const auto labels = shown_meter().json.at("labels");
  CHECK(labels.at("tenant") == "acme");
  CHECK(labels.size() == 31);
  CHECK(node.failures() == 0);
}

}  // namespace podmeter::tests
