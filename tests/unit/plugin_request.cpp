// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/request.hpp"

#include <nlohmann/json.hpp>

#include "bpf/base/printable.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

Invocation valid(const std::string& command) {
  return {{{"CNI_COMMAND", command}, {"CNI_CONTAINERID", "c1"}, {"CNI_NETNS", "/run/netns/c1"}, {"CNI_IFNAME", "eth0"}},
          R"({"cniVersion":"1.1.0","name":"pods","type":"podmeter"})"};
}

Request parsed(const Invocation& invocation) {
  auto request = parse_request(invocation);
  INFO((request ? "" : request.error().message));
  REQUIRE(request);
  return *request;
}

CniError refused(const Invocation& invocation) {
  const auto request = parse_request(invocation);
  REQUIRE_FALSE(request);
  return request.error();
}

}  // namespace

TEST_CASE("every command is read, and named again") {
  using Row = std::pair<std::string, Verb>;
  const auto& [command, verb] = GENERATE(values<Row>({{"ADD", Verb::kAdd},
                                                      {"DEL", Verb::kDel},
                                                      {"CHECK", Verb::kCheck},
                                                      {"GC", Verb::kGc},
                                                      {"STATUS", Verb::kStatus},
                                                      {"VERSION", Verb::kVersion}}));
  CHECK(parsed(valid(command)).verb == verb);
  CHECK(verb_name(verb) == command);
}

TEST_CASE("a request holds what the runtime said") {
  auto invocation = valid("ADD");
  invocation.environment["CNI_ARGS"] = ";A=1;B=x=y;;A=2;C=;";
  const auto request = parsed(invocation);
  CHECK(request.version == "1.1.0");
  CHECK(request.attachment == Attachment{"c1", "eth0"});
  CHECK(request.netns == "/run/netns/c1");
  CHECK(request.args == std::map<std::string, std::string>{{"A", "2"}, {"B", "x=y"}, {"C", ""}});
  CHECK(request.network == "pods");
}

TEST_CASE("a network name that is not a string is ignored") {
  auto invocation = valid("ADD");
  invocation.input = GENERATE(R"({"cniVersion":"1.1.0"})", R"({"cniVersion":"1.1.0","name":1})");
  CHECK(parsed(invocation).network.empty());
}

TEST_CASE("commands without an attachment don't ask for its variables") {
  const std::string command = GENERATE("GC", "STATUS", "VERSION");
  auto invocation = valid(command);
  invocation.environment = {{"CNI_COMMAND", command}};
  CHECK(parsed(invocation).attachment == Attachment{});
}

TEST_CASE("DEL takes an empty or relative namespace, ADD and CHECK take neither") {
  const std::string command = GENERATE("ADD", "DEL", "CHECK");
  const std::string netns = GENERATE("", "relative/path");
  auto invocation = valid(command);
  invocation.environment["CNI_NETNS"] = netns;
  if (command == "DEL")
    CHECK(parsed(invocation).netns == netns);
  else
    CHECK(refused(invocation).message.find("CNI_NETNS") != std::string::npos);
}

TEST_CASE("CHECK is of version 0.4.0 and later") {
  auto invocation = valid("CHECK");
  const std::string version = GENERATE("0.3.0", "0.3.1", "0.4.0");
  invocation.input = R"({"cniVersion":")" + version + "\"}";
  if (version == "0.4.0")
    CHECK(parsed(invocation).version == version);
  else
    CHECK(refused(invocation).code == CniCode::kIncompatibleVersion);
}

TEST_CASE("an unsupported version is told those that are") {
  auto invocation = valid("ADD");
  invocation.input = R"({"cniVersion":"0.2.0"})";
  CHECK(refused(invocation).details == "supported are 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0");
}

TEST_CASE("DEL is read whatever its configuration holds, and has what can be read of it") {
  struct Row {
    const char* input;
    CniCode fault;
    const char* network;
  };
  const auto& row =
      GENERATE(values<Row>({{"", CniCode::kDecode, ""},
                            {"{", CniCode::kDecode, ""},
                            {"[]", CniCode::kDecode, ""},
                            {"{}", CniCode::kIncompatibleVersion, ""},
                            {R"({"name":"pods"})", CniCode::kIncompatibleVersion, "pods"},
                            {R"({"cniVersion":7,"name":"pods"})", CniCode::kIncompatibleVersion, "pods"},
                            {R"({"cniVersion":"2.0.0","name":"pods"})", CniCode::kIncompatibleVersion, "pods"}}));
  INFO(row.input);
  auto invocation = valid("DEL");
  invocation.input = row.input;
  const auto request = parsed(invocation);
  REQUIRE(request.faults.size() == 1);
  CHECK(request.faults.front().code == row.fault);
  CHECK(request.config->is_object());
  CHECK(request.version == kNewestCniVersion);
  CHECK(request.network == row.network);
  CHECK(request.attachment == Attachment{"c1", "eth0"});
  CHECK(request.netns == "/run/netns/c1");
}

TEST_CASE("a variable of DEL that is missing or malformed is left out, and named") {
  struct Row {
    const char* name;
    std::string value;
    Attachment attachment;
    const char* netns;
  };
  const auto& row = GENERATE(values<Row>({{"CNI_CONTAINERID", "", {"", "eth0"}, "/run/netns/c1"},
                                          {"CNI_CONTAINERID", "../c1", {"", "eth0"}, "/run/netns/c1"},
                                          {"CNI_CONTAINERID", std::string(231, 'c'), {"", "eth0"}, "/run/netns/c1"},
                                          {"CNI_IFNAME", "", {"c1", ""}, "/run/netns/c1"},
                                          {"CNI_IFNAME", "eth/0", {"c1", ""}, "/run/netns/c1"},
                                          {"CNI_NETNS", '/' + std::string(4096, 'n'), {"c1", "eth0"}, ""}}));
  INFO(row.name << '=' << row.value.substr(0, 20));
  auto invocation = valid("DEL");
  invocation.environment[row.name] = row.value;
  const auto request = parsed(invocation);
  REQUIRE(request.faults.size() == 1);
  CHECK(request.faults.front().code == CniCode::kInvalidEnvironment);
  CHECK(request.faults.front().message.find(row.name) != std::string::npos);
  CHECK(request.attachment == row.attachment);
  CHECK(request.netns == row.netns);
}

TEST_CASE("an interface name is what Linux takes") {
  const auto valid_name =
      GENERATE(values<std::string>({"e", "eth0", "eth0.100", "fifteen-bytes-x", "...", "\xc3\xa4", "a%b"}));
  auto invocation = valid("ADD");
  invocation.environment["CNI_IFNAME"] = valid_name;
  CHECK(parsed(invocation).attachment.interface == valid_name);
}

TEST_CASE("a configuration may be nested 200 levels deep and no deeper") {
  const auto nested = [](std::size_t depth) {
    auto invocation = valid("ADD");
    invocation.input = R"({"cniVersion":"1.1.0","a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    return invocation;
  };
  CHECK(parsed(nested(199)).version == "1.1.0");
  CHECK(refused(nested(200 + 1)).code == CniCode::kDecode);
  CHECK(refused(nested(1'000'000)).code == CniCode::kDecode);
}

TEST_CASE("VERSION is answered whatever stdin holds") {
  auto invocation = valid("VERSION");
  CHECK(parsed(invocation).version == "1.1.0");
  invocation.input = GENERATE("", "x", "[]", R"({"cniVersion":1})", R"({"cniVersion":"0.1.0"})");
  CHECK(parsed(invocation).version == kNewestCniVersion);
  invocation.input = R"({"cniVersion":"0.4.0"})";
  CHECK(parsed(invocation).version == "0.4.0");
}

TEST_CASE("what is shown of foreign text is short and printable") {
  CHECK(printable("plain ~ text") == "plain ~ text");
  CHECK(printable("a\nb\x7f\xff") == "a?b??");
  CHECK(printable(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(printable(std::string(81, 'x')) == std::string(80, 'x') + "...");
  CHECK(printable("").empty());
}

}  // namespace podmeter::tests
