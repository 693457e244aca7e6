// SPDX-License-Identifier: Apache-2.0
// Every command of every version of the specification that the plugin speaks, and VERSION.
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

Call of_version(Call call, const std::string& version) {
  call.network["cniVersion"] = version;
  if (call.network.contains("prevResult"))
    call.network["prevResult"]["cniVersion"] = version;
  return call;
}

ordered_json without(ordered_json network, const char* field) {
  network.erase(field);
  return network;
}

}  // namespace

TEST_CASE("a pod lives through ADD, CHECK and DEL in every version that has them") {
  const std::string version = GENERATE("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(of_version(add_call(pod.netns), version));
  if (version.starts_with("0.3."))
    CHECK(make_failing(of_version(check_call(pod.netns), version), 1).message().find("CHECK") != std::string::npos);
  else
    make_succeeding(of_version(check_call(pod.netns), version));
  make_succeeding(of_version(del_call(pod.netns), version));
  CHECK(soon_unmetered(pod.netns));
  CHECK(shown_meter("c1", "ended").text("container_id") == "c1");
}

TEST_CASE("GC and STATUS are of version 1.1.0 alone") {
  const std::string version = GENERATE("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
  const Node node;
  for (const auto& call : {gc_call({}), status_call()}) {
    const auto& command = call.environment.at("CNI_COMMAND");
    if (version == "1.1.0")
      make_succeeding(of_version(call, version));
    else
      CHECK(make_failing(of_version(call, version), 1).message().find(command) != std::string::npos);
  }
}

TEST_CASE("VERSION names every version, in the one that was asked with") {
  const std::string input =
      GENERATE(R"({"cniVersion":"0.4.0"})", R"({"cniVersion":"1.0.0","name":"n","type":"podmeter"})",
               R"({"cniVersion":"9.9"})", "{}", "", "no json");
  const auto ran = Run(PODMETER_BINARY)
                       .environment({{"CNI_COMMAND", "VERSION"}, {"CNI_NETNS", "dummy"}, {"CNI_IFNAME", "dummy"}})
                       .input(input)
                       .finish();
  INFO(input);
  CHECK(ran.status == 0);
  const auto asked = ordered_json::parse(input, nullptr, false);
  const bool known = asked.is_object() && asked.contains("cniVersion") && asked["cniVersion"] != "9.9";
  const auto answer = Reply{ran}.json();
  CHECK(answer["cniVersion"] == (known ? asked["cniVersion"] : ordered_json("1.1.0")));
  CHECK(answer["supportedVersions"] == ordered_json({"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}));
}

TEST_CASE("an error is told in the configuration's version") {
  const std::string version = GENERATE("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
  auto call = of_version(add_call(make_pod().netns), version);
  call.network = without(call.network, "prevResult");
  CHECK(make_failing(call, 7).json()["cniVersion"] == version);
}

TEST_CASE("a result of version 0.3.0, whose addresses have a version of their own, passes through") {
  const Node node;
  auto call = of_version(add_call(make_pod().netns), "0.3.0");
  call.network["prevResult"]["ips"] = {
      {{"version", "4"}, {"address", "198.51.100.1/24"}, {"gateway", "198.51.100.254"}, {"interface", 0}}};
  call.network["prevResult"]["routes"] = {{{"dst", "0.0.0.0/0"}}};
  make_succeeding(call);
}

TEST_CASE("the previous result passes through with unknown fields and numbers as they were") {
  const Node node;
  const auto pod = make_pod();
  const std::string result = R"({"zeta":1,"cniVersion":"1.1.0","alpha":{"y":[],"x":{}},"big":18446744073709551615,)"
                             R"("small":-9223372036854775808,)"
                             R"("float":0.1,"exponent":1e+300,"text":"\u0000\u001f\"\\/ä€😀","null":null,"ips":[],)"
                             R"("routes":[{"dst":"::/0","mtu":9001}]})";
  auto call = add_call(pod.netns);
  call.network["prevResult"] = ordered_json::parse(result);
  make_succeeding(call);
  call.network["failurePolicy"] = 7;  // a metering failure changes nothing of it
  make_succeeding(call);
}

TEST_CASE("a previous result that is hard to write out comes back all the same") {
  const Node node;
  const auto pod = make_pod();
  auto call = add_call(pod.netns);
  SECTION("a megabyte of it") {
    for (int i = 0; i < 20000; i++)
      call.network["prevResult"]["routes"].push_back(
          {{"dst", "203.0.113." + std::to_string(i) + "/32"}, {"gw", "::1"}});
  }
  SECTION("none of the specification's fields in it") {
    call.network["prevResult"] = ordered_json::object();
  }
  SECTION("nested a hundred levels deep") {
    ordered_json deep = 1;
    for (int i = 0; i < 100; i++)
      deep = ordered_json{{"in", deep}};
    call.network["prevResult"]["deep"] = deep;
  }
  make_succeeding(call);
  CHECK(attached_programs(pod.netns).size() == 2);
}

}  // namespace podmeter::tests
