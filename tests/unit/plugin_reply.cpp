// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/reply.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace podmeter::tests {

using nlohmann::json;

TEST_CASE("an error is the specification's object on one line") {
  CHECK(error_text({CniCode::kInvalidConfig, "broken", "more"}, "1.0.0") ==
        R"({"cniVersion":"1.0.0","code":7,"details":"more","msg":"podmeter: broken"})"
        "\n");
  CHECK(error_text({CniCode::kMetering, "a\n\"b\"", ""}, "1.1.0") ==
        R"({"cniVersion":"1.1.0","code":100,"msg":"podmeter: a\n\"b\""})"
        "\n");
}

TEST_CASE("an error with bytes that are no text is still JSON") {
  const auto object = json::parse(error_text({CniCode::kIo, "\xff", "\xc3"}, "1.1.0"));
  CHECK(object["msg"] == "podmeter: \xef\xbf\xbd");
}

TEST_CASE("the codes are the specification's") {
  CHECK(static_cast<unsigned>(CniCode::kIncompatibleVersion) == 1);
  CHECK(static_cast<unsigned>(CniCode::kInvalidEnvironment) == 4);
  CHECK(static_cast<unsigned>(CniCode::kIo) == 5);
  CHECK(static_cast<unsigned>(CniCode::kDecode) == 6);
  CHECK(static_cast<unsigned>(CniCode::kInvalidConfig) == 7);
  CHECK(static_cast<unsigned>(CniCode::kUnavailable) == 50);
  CHECK(static_cast<unsigned>(CniCode::kMetering) == 100);
}

TEST_CASE("a result keeps every digit of its numbers") {
  const std::string text = R"({"a":-9223372036854775808,"e":[],"m":0.1,"o":{},"t":"ä\u0000","z":18446744073709551615})";
  CHECK(result_text(json::parse(text)) == text + "\n");
}

TEST_CASE("VERSION names all versions") {
  CHECK(version_text("0.4.0") ==
        R"({"cniVersion":"0.4.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]})"
        "\n");
}

TEST_CASE("valid attachments are a list of container IDs and interface names") {
  const auto valid = valid_attachments(
      {{"cni.dev/valid-attachments",
        {{{"containerID", "c1"}, {"ifname", "eth0"}}, {{"containerID", "c2"}, {"ifname", "net1"}, {"more", 1}}}}});
  REQUIRE(valid);
  CHECK(*valid == std::vector<Attachment>{{"c1", "eth0"}, {"c2", "net1"}});
  const auto none = valid_attachments({{"cni.dev/valid-attachments", json::array()}});
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("valid attachments that are null are none, which is how libcni writes an empty list") {
  const auto none = valid_attachments({{"cni.dev/valid-attachments", nullptr}});
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("valid attachments that are missing or malformed are an error and no empty list") {
  const auto list =
      GENERATE(json::object(), json("x"), json(1), json::array({1}), json::array({json::object()}),
               json::array({{{"containerID", 1}, {"ifname", "eth0"}}}), json::array({{{"containerID", "c1"}}}));
  INFO(list.dump());
  const auto valid = valid_attachments({{"cni.dev/valid-attachments", list}});
  REQUIRE_FALSE(valid);
  CHECK(valid.error().code == CniCode::kInvalidConfig);
  CHECK(valid.error().message.find("cni.dev/valid-attachments") != std::string::npos);
  CHECK_FALSE(valid_attachments(json::object()));
}

}  // namespace podmeter::tests
