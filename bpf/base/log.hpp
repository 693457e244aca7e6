// SPDX-License-Identifier: Apache-2.0
// The log of both programs: lines as the Prometheus exporters write them, with ts, level and msg first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
inline constexpr std::string_view kLogLevels[] = {"debug", "info", "warn", "error"};
static_assert(std::size(kLogLevels) == static_cast<std::size_t>(LogLevel::kError) + 1);

enum class LogFormat : std::uint8_t { kLogfmt, kJson };
inline constexpr std::string_view kLogFormats[] = {"logfmt", "json"};
static_assert(std::size(kLogFormats) == static_cast<std::size_t>(LogFormat::kJson) + 1);

// Names are ours, in lower case; those that a metric's label has too are spelled as there.
using LogFields = std::vector<std::pair<std::string, std::string>>;

// The longest line, its end included: a pipe takes that much at once, so that lines of parallel processes don't mix
// (PIPE_BUF, pipe(7)).
inline constexpr std::size_t kLogLineMax = 4096;

// One line, its end included, in the format: logfmt, or one JSON object. ASCII without another control character
// whatever the values hold. If it would be too long, the longest values are cut and end with "...".
std::string format_line(LogFormat format, LogFields fields);

// To stderr and, once one is opened, to a file. A line is one write(2). One that can't be written soon is lost: the log
// keeps nobody waiting. Safe to use from several threads once it is opened.
class Log {
 public:
  // `always` is in every line, behind the message.
  explicit Log(LogLevel level, LogFormat format = LogFormat::kLogfmt, LogFields always = {})
      : level_(level), format_(format), always_(std::move(always)) {}

  // Never waits, also where the path is a FIFO.
  Result<void> open(const std::string& path);

  void debug(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kDebug, message, fields); }
  void info(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kInfo, message, fields); }
  void warn(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kWarn, message, fields); }
  void error(std::string_view message, const LogFields& fields = {}) const { write(LogLevel::kError, message, fields); }

 private:
  void write(LogLevel level, std::string_view message, const LogFields& fields) const;

  LogLevel level_;
  LogFormat format_;
  LogFields always_;
  Fd file_;
};

}  // namespace podmeter
