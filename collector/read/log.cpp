// SPDX-License-Identifier: Apache-2.0
#include "collector/read/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bpf/base/utf8.hpp"

namespace podmeter {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};

std::string quoted(const std::string& value) {
  return nlohmann::json(valid_utf8(value)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

bool is_bare(char c) {
  return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

std::string logfmt_value(const std::string& value) {
  return !value.empty() && std::ranges::all_of(value, is_bare) ? value : quoted(value);
}

std::string now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(), static_cast<int>(milliseconds % 1000));
  return text.data();
}

}  // namespace

std::string format_line(LogFormat format, const LogFields& fields) {
  const bool json = format == LogFormat::kJson;
  std::string line = json ? "{" : "";
  std::string_view between;
  for (const auto& [name, value] : fields) {
    line += between;
    line += json ? quoted(name) + ':' + quoted(value) : name + '=' + logfmt_value(value);
    between = json ? "," : " ";
  }
  return json ? line + '}' : line;
}

void Log::write(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (level < level_)
    return;
  LogFields all = {{"ts", now()},
                   {"level", std::string(kLevelNames[static_cast<std::size_t>(level)])},
                   {"msg", std::string(message)}};
  all.insert(all.end(), fields.begin(), fields.end());
  const std::string line = format_line(format_, all) + '\n';
  // There is nowhere left to tell that stderr can't be written.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace podmeter
