// SPDX-License-Identifier: Apache-2.0
#include "collector/options.hpp"

#include <string>
#include <vector>

#include "collector/http/listen_address.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

std::variant<Options, Farewell> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "podmeter-collector");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST_CASE("Without arguments the collector serves the default tree on the loopback") {
  const auto parsed = parse({});
  const auto* options = std::get_if<Options>(&parsed);
  REQUIRE(options != nullptr);
  CHECK(options->listen_address == "127.0.0.1:9473");
  CHECK(options->telemetry_path == "/metrics");
  CHECK(options->pin_root == "/sys/fs/bpf/podmeter");
  CHECK(options->log_level == LogLevel::kInfo);
  CHECK(options->log_format == LogFormat::kLogfmt);
}

TEST_CASE("Each flag is taken with '=' and with a space") {
  const auto parsed = parse({"--web.listen-address=:80", "--web.telemetry-path", "/m", "--web.config.file=w.yml",
                             "--pin-root", "/t", "--log.level=debug", "--log.format", "json"});
  const auto* options = std::get_if<Options>(&parsed);
  REQUIRE(options != nullptr);
  CHECK(options->listen_address == ":80");
  CHECK(options->telemetry_path == "/m");
  CHECK(options->web_config_file == "w.yml");
  CHECK(options->pin_root == "/t");
  CHECK(options->log_level == LogLevel::kDebug);
  CHECK(options->log_format == LogFormat::kJson);
}

TEST_CASE("Help and version end the program well, a wrong command line with status 1") {
  struct Row {
    const char* argument;
    int status;
  };
  const Row rows[] = {{"--help", 0},  {"--version", 0},        {"--bogus", 1},     {"--log.level=loud", 1},
                      {"operand", 1}, {"--log.format=xml", 1}, {"--pin-root=", 1}, {"--web.telemetry-path=metrics", 1}};
  for (const auto& row : rows) {
    CAPTURE(row.argument);
    const auto parsed = parse({row.argument});
    const auto* farewell = std::get_if<Farewell>(&parsed);
    REQUIRE(farewell != nullptr);
    CHECK(farewell->status == row.status);
    CHECK_FALSE(farewell->text.empty());
  }
}

TEST_CASE("A listen address is a host, a bracketed IPv6 address or nothing, and a port") {
  struct Row {
    const char* text;
    ListenAddress address;
  };
  const Row rows[] = {{"127.0.0.1:9473", {"127.0.0.1", 9473}},
                      {":80", {"", 80}},
                      {"[::1]:9473", {"::1", 9473}},
                      {"node-1.example:65535", {"node-1.example", 65535}},
                      {"localhost:0", {"localhost", 0}}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = parse_listen_address(row.text);
    REQUIRE(address);
    CHECK(*address == row.address);
  }
}

TEST_CASE("What is no listen address is refused by name") {
  for (const auto* text : {"", "127.0.0.1", "host:", "host:x", "host:65536", "host:-1", "host:80s", "::1:80", "[::1]",
                           "[1.2.3.4]:80", "[]:80", "a,b:80", "host:80,90", "a b:80"}) {
    const auto address = parse_listen_address(text);
    CAPTURE(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().text.find(text) != std::string::npos);
  }
}

}  // namespace
}  // namespace podmeter
