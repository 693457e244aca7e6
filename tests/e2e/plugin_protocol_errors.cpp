// SPDX-License-Identifier: Apache-2.0
// A breach of the protocol is an error of every command but DEL, whatever the failure policy: its code is the
// specification's, its message names the variable or field, and nothing is metered.
#include <string>
#include <vector>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; i++)
    all += text;
  return all;
}

void expect_refused(const Reply& reply, int code, const std::string& named) {
  INFO(reply.finished.output.substr(0, 500) << reply.finished.log.substr(0, 500));
  CHECK(reply.finished.status == 1);
  CHECK(reply.code() == code);
  CHECK(reply.message().find(named) != std::string::npos);
  CHECK(reply.finished.output.size() < 1000);
  CHECK(reply.finished.output.find('\n') == reply.finished.output.size() - 1);
}

struct BadInput {
  const char* what;
  std::string text;
  int code;
  const char* named;
};

const std::vector<BadInput>& bad_inputs() {
  constexpr std::size_t kMegabyte = 1U << 20;
  static const std::vector<BadInput> all = {
      {"nothing", "", 6, "stdin"},
      {"a megabyte of garbage", times(kMegabyte / 4, "\xff\x00{x"), 6, "stdin"},
      {"a megabyte of brackets", std::string(kMegabyte, '['), 6, "stdin"},
      {"a megabyte of braces", times(kMegabyte / 5, R"({"a":)"), 6, "stdin"},
      {"brackets, closed", std::string(100000, '[') + std::string(100000, ']'), 6, "stdin"},
      {"a deep previous result",
       R"({"cniVersion":"1.1.0","name":"n","type":"podmeter","prevResult":{"a":)" + std::string(100000, '[') +
           std::string(100000, ']') + "}}",
       6, "deep"},
      {"no JSON", "hello", 6, "stdin"},
      {"JSON cut short", R"({"cniVersion":"1.1.0",)", 6, "stdin"},
      {"JSON and something after it", R"({"cniVersion":"1.1.0"} {})", 6, "stdin"},
      {"text that is not UTF-8", "{\"cniVersion\":\"1.1.0\",\"name\":\"\xff\"}", 6, "stdin"},
      {"a list", "[]", 6, "object"},
      {"a number", "7", 6, "object"},
      {"null", "null", 6, "object"},
      {"no version", R"({"name":"n","type":"podmeter"})", 1, "cniVersion"},
      {"a version that is a number", R"({"cniVersion":1.1})", 1, "cniVersion"},
      {"an unknown version", R"({"cniVersion":"2.0.0"})", 1, "2.0.0"},
      {"an old version", R"({"cniVersion":"0.2.0"})", 1, "0.2.0"},
      {"an empty version", R"({"cniVersion":""})", 1, "cniVersion"},
      {"a long version", R"({"cniVersion":")" + std::string(kMegabyte, '1') + "\"}", 1, "cniVersion"}};
  return all;
}

struct BadVariable {
  const char* name;
  std::string value;
};

const std::vector<BadVariable>& bad_variables() {
  static const std::vector<BadVariable> all = {{"CNI_COMMAND", ""},
                                               {"CNI_COMMAND", "add"},
                                               {"CNI_COMMAND", "ADD "},
                                               {"CNI_COMMAND", std::string(100000, 'A')},
                                               {"CNI_CONTAINERID", ""},
                                               {"CNI_CONTAINERID", "-c1"},
                                               {"CNI_CONTAINERID", ".c1"},
                                               {"CNI_CONTAINERID", "_c1"},
                                               {"CNI_CONTAINERID", "c/1"},
                                               {"CNI_CONTAINERID", "../../c1"},
                                               {"CNI_CONTAINERID", "c 1"},
                                               {"CNI_CONTAINERID", "c\n1"},
                                               {"CNI_CONTAINERID", "c\xc3\xa4"},
                                               {"CNI_CONTAINERID", std::string(256, 'c')},
                                               {"CNI_CONTAINERID", std::string(100000, 'c')},
                                               {"CNI_IFNAME", ""},
                                               {"CNI_IFNAME", "."},
                                               {"CNI_IFNAME", ".."},
                                               {"CNI_IFNAME", "eth/0"},
                                               {"CNI_IFNAME", "eth:0"},
                                               {"CNI_IFNAME", "eth 0"},
                                               {"CNI_IFNAME", "eth0\n"},
                                               {"CNI_IFNAME", std::string(16, 'e')},
                                               {"CNI_IFNAME", std::string(100000, 'e')},
                                               {"CNI_NETNS", ""},
                                               {"CNI_NETNS", "run/netns/c1"},
                                               {"CNI_NETNS", "/" + std::string(4096, 'n')},
                                               {"CNI_ARGS", "K8S_POD_NAME"},
                                               {"CNI_ARGS", "=x"},
                                               {"CNI_ARGS", "A=1;B"}};
  return all;
}

}  // namespace

TEST_CASE("a configuration that is none is refused by code 1 or 6") {
  const Node node;
  const auto pod = make_pod();
  const std::string command = GENERATE("ADD", "CHECK", "GC", "STATUS");
  for (const auto& bad : bad_inputs()) {
    INFO(command << " with " << bad.what);
    auto call = add_call(pod.netns);
    call.environment["CNI_COMMAND"] = command;
    expect_refused({Run(PODMETER_BINARY).environment(call.environment).input(bad.text).finish()}, bad.code, bad.named);
  }
  CHECK(soon_unmetered(pod.netns));
}

TEST_CASE("a call with stdin closed is refused by code 6") {
  const auto call = add_call(make_pod().netns);
  expect_refused({Run(PODMETER_BINARY).environment(call.environment).finish()}, 6, "stdin");
}

TEST_CASE("a CNI variable that is missing or malformed is refused by code 4 and named") {
  const Node node;
  const auto pod = make_pod();
  for (const auto& bad : bad_variables()) {
    INFO(bad.name << "=" << bad.value.substr(0, 40) << " (" << bad.value.size() << " bytes)");
    expect_refused(make(with_variable(add_call(pod.netns), bad.name, bad.value)), 4, bad.name);
  }
  for (const char* name : {"CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS"}) {
    auto call = add_call(pod.netns);
    call.environment.erase(name);
    INFO("without " << name);
    expect_refused(make(call), 4, name);
  }
  CHECK(soon_unmetered(pod.netns));
  CHECK(node.pins().empty());
}

TEST_CASE("the longest container ID that bpffs has room for is metered and one byte more is refused by code 4") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns, std::string(230, 'c')));
  CHECK(attached_programs(pod.netns).size() == 2);
  make_succeeding(del_call(pod.netns, std::string(230, 'c')));
  expect_refused(make(add_call(pod.netns, std::string(231, 'c'))), 4, "CNI_CONTAINERID");
}

TEST_CASE("ADD without a previous result is refused by code 7 whatever the failure policy") {
  const Node node;
  const auto pod = make_pod();
  for (const char* policy : {"open", "closed"})
    for (const auto& previous : {ordered_json(), ordered_json::array(), ordered_json("x"), ordered_json(1)}) {
      INFO(policy << " " << previous.dump());
      auto call = with(add_call(pod.netns), {{"failurePolicy", policy}, {"prevResult", previous}});
      expect_refused(make(call), 7, "prevResult");
      call.network.erase("prevResult");
      expect_refused(make(call), 7, "prevResult");
    }
  CHECK(soon_unmetered(pod.netns));
  CHECK(node.pins().empty());
}

}  // namespace podmeter::tests
