// SPDX-License-Identifier: Apache-2.0
// Lines on stderr, as the Prometheus exporters write them: ts, level, msg, then the fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podmeter {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kLogfmt, kJson };

using LogFields = std::vector<std::pair<std::string, std::string>>;

// One line, without its end, in the format: logfmt, or one JSON object. Valid UTF-8 and no control character whatever
// the values hold.
std::string format_line(LogFormat format, const LogFields& fields);

// Safe to use from several threads; a line is one write(2).
class Log {
 public:
  Log(LogLevel level, LogFormat format) : level_(level), format_(format) {}

  void debug(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kDebug, message, fields); }
  void info(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kInfo, message, fields); }
  void warn(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kWarn, message, fields); }
  void error(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kError, message, fields); }

 private:
  void write(LogLevel level, std::string_view message, const LogFields& fields) const;

  LogLevel level_;
  LogFormat format_;
};

}  // namespace podmeter
