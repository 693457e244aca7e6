// SPDX-License-Identifier: Apache-2.0
#include "collector/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <span>
#include <sstream>
#include <string_view>
#include <vector>

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

std::string check_path(const std::string& path) {
  if (!path.starts_with('/') || path.find_first_of("?# \t\"<>") != std::string::npos)
    return "'" + path + "' is no path of a URL";
  return {};
}

std::string check_not_empty(const std::string& text) {
  return text.empty() ? "must not be empty" : "";
}

void add_options(CLI::App& app, Options& options, std::string& level, std::string& format) {
  app.set_version_flag("--version", std::string("podmeter-collector ") + PODMETER_VERSION, "Show the version");
  app.add_option("--web.listen-address", options.listen_address, "Where to serve: HOST:PORT, [IPv6]:PORT or :PORT")
      ->capture_default_str();
  app.add_option("--web.telemetry-path", options.telemetry_path, "Path of the metrics")
      ->check(check_path)
      ->capture_default_str();
  app.add_option("--web.config.file", options.web_config_file,
                 "Users (basic_auth_users), in the format of the exporter toolkit");
  app.add_option("--pin-root", options.pin_root, "The tree of meters, in a BPF filesystem")
      ->check(check_not_empty)
      ->capture_default_str();
  app.add_option("--log.level", level, "debug, info, warn or error")
      ->check(CLI::IsMember(words_of(kLogLevels)))
      ->capture_default_str();
  app.add_option("--log.format", format, "logfmt or json")
      ->check(CLI::IsMember(words_of(kLogFormats)))
      ->capture_default_str();
}

}  // namespace

std::variant<Options, Farewell> parse_options(int argc, const char* const* argv) {
  CLI::App app("Serves the counters of podmeter's meters to Prometheus and to people.", "podmeter-collector");
  Options options;
  std::string level = "info";
  std::string format = "logfmt";
  try {
    add_options(app, options, level, format);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream text;
    const int status = app.exit(e, text, text);
    return Farewell{status == 0 ? 0 : 1, text.str()};
  }
  options.log_level = value_of<LogLevel>(kLogLevels, level);
  options.log_format = value_of<LogFormat>(kLogFormats, format);
  return options;
}

}  // namespace podmeter
