// SPDX-License-Identifier: Apache-2.0
#include "collector/options.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <sstream>

namespace podmeter {
namespace {

const std::map<std::string, LogLevel> kLevels = {
    {"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warn", LogLevel::kWarn}, {"error", LogLevel::kError}};
const std::map<std::string, LogFormat> kFormats = {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}};

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
      ->check(CLI::IsMember(kLevels))
      ->capture_default_str();
  app.add_option("--log.format", format, "logfmt or json")->check(CLI::IsMember(kFormats))->capture_default_str();
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
  options.log_level = kLevels.at(level);
  options.log_format = kFormats.at(format);
  return options;
}

}  // namespace podmeter
