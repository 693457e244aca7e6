// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/scope_file.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

// The faults of a text, as the tool prints them.
std::string faults_in(const std::string& text) {
  const auto scopes = parse_scopes(text);
  return scopes ? "" : describe("f", scopes.error());
}

// Between a default scope on line 2 and the end.
std::string beside_default(const std::string& scope) {
  return "[\n{\"name\": \"all\", \"default\": true},\n" + scope + "]\n";
}

std::string scope_of_prefixes(const std::string& prefixes) {
  return beside_default("{\"name\": \"a\",\n\"prefixes\": [\n" + prefixes + "]}\n");
}

struct Wrong {
  const char* text;
  const char* fault;
};

}  // namespace

TEST_CASE("a scope file is names, prefixes of both families and a default") {
  const auto scopes =
      parse_scopes(R"([{"name": "here", "description": "with us", "prefixes": ["10.0.0.0/8", "fd00::/8"]},
                                       {"name": "there", "default": true, "prefixes": ["10.9.0.0/16"]},
                                       {"name": "nowhere", "prefixes": [], "default": false}])");
  REQUIRE(scopes);
  CHECK(scopes->names == std::vector<std::string>{"here", "there", "nowhere"});
  CHECK(scopes->default_scope == 1);
  REQUIRE(scopes->prefixes.size() == 3);
  CHECK(to_text(scopes->prefixes[1].prefix) == "fd00::/8");
  CHECK(scopes->prefixes[2].scope == 1);
}

TEST_CASE("the same prefix twice in one scope is there once") {
  const auto scopes = parse_scopes(scope_of_prefixes("\"10.0.0.0/8\", \"10.0.0.0/8\""));
  REQUIRE(scopes);
  CHECK(scopes->prefixes.size() == 1);
}

TEST_CASE("a scope file that has the wrong shape is refused with line and reason") {
  const auto wrong = GENERATE(values<Wrong>({
      {"", "f:1: not JSON: "},
      {"[\n{\"name\": \"a\"\n\"default\": true}]", "f:3: not JSON: "},
      {"[]\n[]", "f:2: not JSON: "},
      {"{}", "f:1: the file is not a list of scopes"},
      {"\"a\"", "f:1: the file is not a list of scopes"},
      {"[\n1\n]", "f:2: a number instead of a scope, which is an object"},
      {"[\n\n[]]", "f:3: a list instead of a scope, which is an object"},
      {"[\n{\"name\": 7\n}]", "f:2: 'name' is a number; it must be a string"},
      {"[\n1e999\n]", "f:2: not JSON: number overflow"},
      {"[]\n\n", "f:2: a default scope is missing"},
      {"[{\"name\":\nnull}]", "f:2: 'name' is null; it must be a string"},
      {"[{\"default\": \"yes\"}]", "f:1: 'default' is a string; it must be true or false"},
      {"[{\"description\": true}]", "f:1: 'description' is true; it must be a string"},
      {"[{\"prefixes\": \"10.0.0.0/8\"}]", "f:1: 'prefixes' is a string; it must be a list"},
      {"[{\"prefixes\": {}}]", "f:1: 'prefixes' is an object; it must be a list"},
      {"[{\"prefixes\": [1.5]}]", "f:1: a number instead of a prefix, which is a string"},
      {"[{\"prefixes\": [[]]}]", "f:1: a list instead of a prefix, which is a string"},
      {"[{\"prefixes\": [{}]}]", "f:1: an object instead of a prefix, which is a string"},
      {"[{\"name\": \"a\",\n\"prefix\": []}]", "f:2: field 'prefix' is unknown"},
      {"[{\"name\": \"a\",\n\"name\": \"b\"}]", "f:2: field 'name' is given twice in one scope"},
      {"[{\"na\\nme\": \"a\"}]", "f:1: field 'na?me' is unknown"},
      {"[{\"name\": \"\xff\"}]", "f:1: not JSON: "},
  }));
  INFO(wrong.text);
  CHECK(faults_in(wrong.text).starts_with(wrong.fault));
}

TEST_CASE("what is told of a file that has the wrong shape is a short line, whatever stands there") {
  const std::string text = GENERATE(as<std::string>(), "[{\"" + std::string(100'000, 'x') + "\": 1}]",
                                    "[\"" + std::string(100'000, 'x'), "[\x7f" + std::string(100'000, '\xfa'));
  const auto faults = faults_in(text);
  CHECK(faults.size() < 300);
  CHECK(faults.find_first_of("\n\x7f") == std::string::npos);
}

TEST_CASE("a scope that Prometheus or podmeter can't take is refused with line and reason") {
  const auto wrong = GENERATE(values<Wrong>({
      {"{\"prefixes\": []}", "f:3: a scope has no name"},
      {"{\"name\": \"\"}", "f:3: a scope has an empty name"},
      {"{\"name\": \"other\"}", "f:3: a scope can't be named 'other'"},
      {"{\"name\": \"a\\nb\"}", "f:3: a scope has a control character in its name"},
      {"{\"name\": \"a\\u0000b\"}", "f:3: a scope has a control character in its name"},
      {"{\"name\": \"0123456789012345678901234567890123456789012345678901234567890123\"}",
       "f:3: a scope has a name of 64 bytes; at most 63 are allowed"},
      {"{\"name\": \"all\"}", "f:3: scope 'all' is already on line 2"},
      {"\n{\"name\": \"b\", \"default\": true}", "f:4: is the second default scope; the first is on line 2"},
  }));
  INFO(wrong.text);
  CHECK(faults_in(beside_default(wrong.text)).starts_with(wrong.fault));
}

TEST_CASE("a prefix that is none, or not one's own, is refused with line and reason") {
  const auto wrong = GENERATE(values<Wrong>({
      {"\"10.0.0.0\"", "f:5: '10.0.0.0' is not a prefix: for the address alone write 10.0.0.0/32"},
      {"\"::1\"", "f:5: '::1' is not a prefix: for the address alone write ::1/128"},
      {"\"10.0.0.0/8\",\n\"10.0.0.1/8\"",
       "f:6: '10.0.0.1/8' has bits set behind its length; the network is 10.0.0.0/8"},
      {"\"2001:db8::1/32\"", "f:5: '2001:db8::1/32' has bits set behind its length; the network is 2001:db8::/32"},
      {"\"10.0.0.0/33\"", "f:5: '10.0.0.0/33' is not a prefix: its length must be 0 to 32"},
      {"\"::/129\"", "f:5: '::/129' is not a prefix: its length must be 0 to 128"},
      {"\"10.0.0.0/\"", "f:5: '10.0.0.0/' is not a prefix: its length must be 0 to 32"},
      {"\"10.0.0.0/8x\"", "f:5: '10.0.0.0/8x' is not a prefix: its length must be 0 to 32"},
      {"\"10.0.0.0\\u0000/8\"", "f:5: '10.0.0.0?/8' is not a prefix: '10.0.0.0?' is not an IP address"},
      {"\"10.0.0.0/-1\"", "f:5: '10.0.0.0/-1' is not a prefix: its length must be 0 to 32"},
      {"\"10.0.0/8\"", "f:5: '10.0.0/8' is not a prefix: '10.0.0' is not an IP address"},
      {"\"\"", "f:5: '' is not a prefix: '' is not an IP address"},
      {"\"fe80::1%eth0/64\"", "f:5: 'fe80::1%eth0/64' is not a prefix: 'fe80::1%eth0' is not an IP address"},
      {"\"::ffff:10.0.0.0/104\"",
       "f:5: '::ffff:10.0.0.0/104' holds IPv4 addresses; write "
       "10.0.0.0/8"},
      {"\"64:ff9b::/96\"", "f:5: '64:ff9b::/96' holds IPv4 addresses; write 0.0.0.0/0"},
      {"\"10.0.0.0/8\"]},\n{\"name\": \"b\", \"prefixes\": [\"10.0.0.0/8\"",
       "f:6: '10.0.0.0/8' is already in scope 'a', on line 5"},
  }));
  INFO(wrong.text);
  CHECK(faults_in(scope_of_prefixes(wrong.text)) == wrong.fault);
}

TEST_CASE("prefixes that lie in one another, and those that hold addresses looked up as IPv4, are not a fault") {
  CHECK(faults_in(scope_of_prefixes(R"("10.0.0.0/8", "10.0.0.0/9", "0.0.0.0/0", "::/0", "64:ff9b::/95")")).empty());
}

TEST_CASE("a file without a default scope is refused") {
  CHECK(faults_in("[\n]\n").starts_with("f:2: a default scope is missing"));
  CHECK(faults_in("[]" + std::string(1, '\0') + "[").starts_with("f:1: "));
  CHECK(faults_in("[{\"name\": \"a\", \"default\": false}]").starts_with("f:1: a default scope is missing"));
}

TEST_CASE("all that is wrong is told at once, by line, but no more than twenty faults") {
  CHECK(faults_in(scope_of_prefixes("\"x\",\n\"10.0.0.0/8\",\n\"y\"")) ==
        "f:5: 'x' is not a prefix: 'x' is not an IP address\nf:7: 'y' is not a prefix: 'y' is not an IP address");
  std::string many = "\"x\"";
  for (int i = 0; i < 50; i++)
    many += ",\n\"x\"";
  const auto faults = faults_in(scope_of_prefixes(many));
  CHECK(std::ranges::count(faults, '\n') == 19);
}

TEST_CASE("there can be fourteen scopes and a hundred thousand prefixes, and no more") {
  std::string scopes;
  for (int i = 0; i < 13; i++)
    scopes += (i == 0 ? "{\"name\": \"" : ",{\"name\": \"") + std::to_string(i) + "\"}";
  CHECK(faults_in(beside_default(scopes)).empty());
  CHECK(faults_in(beside_default(scopes + ",\n{\"name\": \"13\"}")) ==
        "f:4: is scope number 15; at most 14 are allowed");
  std::string prefixes = "\"0.0.0.0/32\"";
  for (unsigned i = 1; i < kPrefixesMax; i++)
    prefixes += ",\"" + to_text(Address{Family::kIpv4, i}) + "/32\"";
  CHECK(faults_in(scope_of_prefixes(prefixes)).empty());
  CHECK(faults_in(scope_of_prefixes(prefixes + ",\n\"::/64\"")) == "f:6: more than 100000 prefixes");
}

TEST_CASE("scopes are the same after being written and read") {
  const auto scopes = parse_scopes(R"([{"name": "a\"\\b", "prefixes": ["10.0.0.0/8", "2001:db8::/32"]},
                                       {"name": "ünï", "default": true}])");
  REQUIRE(scopes);
  const auto again = parse_scopes(to_text(*scopes));
  REQUIRE(again);
  CHECK(again->names == scopes->names);
  CHECK(again->default_scope == scopes->default_scope);
  REQUIRE(again->prefixes.size() == scopes->prefixes.size());
  for (std::size_t i = 0; i < scopes->prefixes.size(); i++) {
    CHECK(again->prefixes[i].prefix == scopes->prefixes[i].prefix);
    CHECK(again->prefixes[i].scope == scopes->prefixes[i].scope);
  }
}

}  // namespace podmeter::tests
