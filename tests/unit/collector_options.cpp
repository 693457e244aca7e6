// SPDX-License-Identifier: Apache-2.0
#include "collector/options.hpp"

#include <string>
#include <vector>

#include "collector/http/listen_address.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

std::variant<Options, EarlyExit> parse(std::vector<const char*> arguments) {
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

TEST_CASE("Help and version end the program with status 0, a usage error with status 2 and a plain message") {
  struct Row {
    const char* argument;
    int status;
    const char* text;
  };
  const Row rows[] = {
      {"--help", 0, "Usage: podmeter-collector [options]\n"},
      {"--version", 0, "podmeter-collector " PODMETER_VERSION "\n"},
      {"--bogus", 2, "podmeter-collector: unknown flag '--bogus'\nSee 'podmeter-collector --help'.\n"},
      {"operand", 2, "unexpected argument 'operand'\n"},
      {"--log.level=loud", 2, "--log.level: 'loud' is not one of debug, info, warn, error\n"},
      {"--log.format=xml", 2, "--log.format: 'xml' is not one of logfmt, json\n"},
      {"--log.format", 2, "--log.format needs a value\n"},
      {"--pin-root=", 2, "--pin-root"},
      {"--web.telemetry-path=metrics", 2, "'metrics' is not a URL path"},
      {"--web.listen-address=localhost", 2, "'localhost' has no port: write HOST:PORT, [IPv6]:PORT or :PORT\n"}};
  for (const auto& row : rows) {
    CAPTURE(row.argument);
    const auto parsed = parse({row.argument});
    const auto* exit = std::get_if<EarlyExit>(&parsed);
    REQUIRE(exit != nullptr);
    CAPTURE(exit->text);
    CHECK(exit->status == row.status);
    CHECK(exit->text.find(row.text) != std::string::npos);
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

TEST_CASE("A text that is not a listen address is refused and quoted") {
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
