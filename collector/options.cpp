// SPDX-License-Identifier: Apache-2.0
#include "collector/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "collector/http/listen_address.hpp"

namespace podmeter {
namespace {

// The words of a table, for CLI11.
std::vector<std::string> words_of(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

// The value of a word that was found to be in the table.
template <class Enum>
Enum value_of(std::span<const std::string_view> names, const std::string& word) {
  return static_cast<Enum>(std::ranges::find(names, word) - names.begin());
}

std::string check_listen_address(const std::string& text) {
  const auto address = parse_listen_address(text);
  return address ? "" : address.error().text;
}

std::string check_path(const std::string& path) {
  if (!path.starts_with('/') || path.find_first_of("?# \t\"<>") != std::string::npos)
    return "'" + path + "' is not a URL path: it begins with '/' and holds no space or any of ?#\"<>";
  return {};
}

void add_options(CLI::App& app, Options& options, std::string& level, std::string& format) {
  app.add_option("--web.listen-address", options.listen_address, "Address to serve on: HOST:PORT, [IPv6]:PORT or :PORT")
      ->type_name("ADDRESS")
      ->check(check_listen_address)
      ->capture_default_str();
  app.add_option("--web.telemetry-path", options.telemetry_path, "URL path of the metrics")
      ->type_name("PATH")
      ->check(check_path)
      ->capture_default_str();
  app.add_option("--web.config.file", options.web_config_file,
                 "Web configuration with basic_auth_users (exporter-toolkit)")
      ->type_name("FILE");
  app.add_option("--pin-root", options.pin_root, "podmeter's directory on a BPF filesystem")
      ->type_name("PATH")
      ->check(check_not_empty)
      ->capture_default_str();
  app.add_option("--log.level", level, "Least level to log: debug, info, warn, error")
      ->type_name("LEVEL")
      ->check(one_of(words_of(kLogLevels)))
      ->capture_default_str();
  app.add_option("--log.format", format, "Log format: logfmt, json")
      ->type_name("FORMAT")
      ->check(one_of(words_of(kLogFormats)))
      ->capture_default_str();
}

}  // namespace

std::variant<Options, EarlyExit> parse_options(int argc, const char* const* argv) {
  CLI::App app("Serves the counts of podmeter's meters to Prometheus and to people", "podmeter-collector");
  add_help_flag(app);
  add_version_flag(app, "podmeter-collector " PODMETER_VERSION);
  Options options;
  std::string level = "info";
  std::string format = "logfmt";
  try {
    add_options(app, options, level, format);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return early_exit(app, error);
  }
  options.log_level = value_of<LogLevel>(kLogLevels, level);
  options.log_format = value_of<LogFormat>(kLogFormats, format);
  return options;
}

}  // namespace podmeter
