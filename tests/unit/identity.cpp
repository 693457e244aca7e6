// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/identity.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using nlohmann::json;

Identity whole() {
  Identity identity;
  identity.meter = "0123456789abcdef";
  identity.network = "podnet";
  identity.pod_namespace = "default";
  identity.pod = "web-0";
  identity.uid = "6a5f0b56-9d3f-4b77-9a0f-000000000001";
  identity.labels = {{"tenant", "acme"}, {"team", ""}};
  identity.attach = Attach::kTcx;
  identity.ifindex = 2;
  identity.netns_cookie = 4097;
  identity.start_ns = 1763797007123456789;
  return identity;
}

constexpr const char* kFields[] = {"meter",  "network", "namespace", "pod",          "uid",
                                   "labels", "attach",  "ifindex",   "netns_cookie", "start_ns"};

}  // namespace

TEST_CASE("an identity survives its text") {
  CHECK(must(parse_identity(to_text(whole()))) == whole());
  CHECK(must(parse_identity(to_text(Identity{}))) == Identity{});
}

TEST_CASE("an identity's numbers survive at their limits") {
  Identity identity = whole();
  identity.ifindex = std::numeric_limits<std::uint32_t>::max();
  identity.netns_cookie = std::numeric_limits<std::uint64_t>::max();
  identity.start_ns = std::numeric_limits<std::int64_t>::max();
  CHECK(must(parse_identity(to_text(identity))) == identity);
}

TEST_CASE("an identity keeps any valid text, and NUL and what is not UTF-8 become the replacement character") {
  Identity identity = whole();
  identity.pod = "quote\" backslash\\ newline\n \x7f \xf0\x9f\x90\x9d";
  identity.labels["key \"\n"] = "}{,:[]";
  CHECK(must(parse_identity(to_text(identity))) == identity);

  identity.pod = std::string("nul \0", 5);
  CHECK(must(parse_identity(to_text(identity))).pod == "nul \xef\xbf\xbd");

  identity.pod = "a\xff\xc3(\xed\xa0\x80z";
  const auto text = to_text(identity);
  CHECK(text.find("\xef\xbf\xbd") != std::string::npos);
  const auto read = must(parse_identity(text));
  CHECK(read.pod.find('\xff') == std::string::npos);
  CHECK(read.pod.back() == 'z');
  CHECK(to_text(read) == text);
}

TEST_CASE("an identity's text holds no line break and no NUL, whatever the pod is called") {
  Identity identity = whole();
  for (int byte = 0; byte < 256; byte++)
    identity.pod += static_cast<char>(byte);
  CHECK(to_text(identity).find_first_of(std::string("\0\n", 2)) == std::string::npos);
}

TEST_CASE("an identity without one of its fields is refused") {
  for (const auto* field : kFields) {
    auto text = json::parse(to_text(whole()));
    text.erase(field);
    const auto parsed = parse_identity(text.dump());
    INFO(field);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().text.find(field) != std::string::npos);
  }
}

TEST_CASE("an identity with a field of another type is refused") {
  for (const auto* field : kFields)
    for (const auto* value : {"null", "[]", "{\"a\":1}", "true", "1.5", "\"-\"", "-1", "18446744073709551616"}) {
      auto text = json::parse(to_text(whole()));
      const bool fits =
          (text[field].is_string() && value[0] == '"') || (std::string(field) == "start_ns" && value[0] == '-');
      if (fits)
        continue;
      text[field] = json::parse(value);
      INFO(field << ": " << value);
      CHECK_FALSE(parse_identity(text.dump()));
    }
  auto text = json::parse(to_text(whole()));
  text["ifindex"] = 4294967296;
  CHECK_FALSE(parse_identity(text.dump()));
  text = json::parse(to_text(whole()));
  text["start_ns"] = 9223372036854775808U;
  CHECK_FALSE(parse_identity(text.dump()));
}

TEST_CASE("fields that an identity doesn't know are passed over") {
  auto text = json::parse(to_text(whole()));
  text["from_the_future"] = {{"meter", 7}};
  CHECK(must(parse_identity(text.dump())) == whole());
}

TEST_CASE("what is no JSON object is no identity") {
  const auto text = GENERATE(as<std::string>(), "", " ", "{", "{}", "[]", "null", "\"meter\"", "7", "{\"meter\":}",
                             "/dev/null", "\xff\xfe", std::string(4095, '['));
  CHECK_FALSE(parse_identity(text));
  CHECK_FALSE(parse_identity(to_text(whole()) + text.substr(0, 1) + "x"));
}

}  // namespace podmeter::tests
