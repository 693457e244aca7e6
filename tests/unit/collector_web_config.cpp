// SPDX-License-Identifier: Apache-2.0
#include "collector/http/web_config.hpp"

#include <string>

#include "collector/http/auth.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

// The hash of "secret".
const std::string kHash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

TEST_CASE("An empty web configuration lets everybody read") {
  for (const auto* yaml : {"", "# nothing\n", "basic_auth_users: {}\n"}) {
    const auto config = parse_web_config(yaml);
    REQUIRE(config);
    CHECK(config->users.empty());
  }
  CHECK(Authenticator({}).admits(""));
}

TEST_CASE("Users and their bcrypt hashes are taken from the web configuration") {
  const auto config = parse_web_config("basic_auth_users:\n  prom: " + kHash + "\n");
  REQUIRE(config);
  CHECK(config->users == std::map<std::string, std::string>{{"prom", kHash}});
}

TEST_CASE("A web configuration that isn't understood is refused by the name of what is wrong") {
  struct Row {
    std::string yaml;
    std::string named;
  };
  const Row rows[] = {{"basic_auth_user:\n  a: b\n", "basic_auth_user"},
                      {"tls_server_config:\n  cert_file: a\n", "tls_server_config"},
                      {"basic_auth_users:\n  prom: plain\n", "basic_auth_users.prom"},
                      {"basic_auth_users:\n  prom: [1]\n", "basic_auth_users.prom"},
                      {"basic_auth_users:\n  prom: $2b$10$short\n", "basic_auth_users.prom"},
                      {"basic_auth_users:\n  a: " + kHash + "\n  a: " + kHash + "\n", "basic_auth_users.a"},
                      {"basic_auth_users: 3\n", "basic_auth_users"},
                      {"? [a]\n: b\n", "name"},
                      {"- 1\n", "web configuration"},
                      {"a: [\n", "line"}};
  for (const auto& row : rows) {
    const auto config = parse_web_config(row.yaml);
    CAPTURE(row.yaml);
    REQUIRE_FALSE(config);
    CHECK(config.error().text.find(row.named) != std::string::npos);
  }
}

TEST_CASE("A web configuration that can't be read is an error that names the file") {
  for (const auto* path : {"/no/such/file.yml", "/"}) {
    const auto config = read_web_config(path);
    REQUIRE_FALSE(config);
    CHECK(config.error().text.find(path) != std::string::npos);
  }
}

TEST_CASE("Basic credentials are what stands before and after the first colon") {
  const auto credentials = parse_basic_authorization("basic cHJvbTpzZTpjcmV0");
  REQUIRE(credentials);
  CHECK(credentials->user == "prom");
  CHECK(credentials->password == "se:cret");
  for (const auto* field : {"", "Basic", "Basic !!!!", "Basic cHJvbQ==", "Bearer cHJvbTpzZTpjcmV0", "Basic cDoAYQ=="})
    CHECK_FALSE(parse_basic_authorization(field));
}

TEST_CASE("Only a known user with the right password may read, the first time and again") {
  Authenticator authenticator({{"prom", kHash}});
  for (int time = 0; time < 2; time++) {
    CHECK(authenticator.admits("Basic cHJvbTpzZWNyZXQ="));        // prom:secret
    CHECK_FALSE(authenticator.admits("Basic cHJvbTpzZWNyZXR4"));  // prom:secretx
    CHECK_FALSE(authenticator.admits("Basic cHJvbTo="));          // prom:
    CHECK_FALSE(authenticator.admits("Basic d2hvOnNlY3JldA=="));  // who:secret
    CHECK_FALSE(authenticator.admits(""));
  }
}

}  // namespace
}  // namespace podmeter
