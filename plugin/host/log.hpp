// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

// Plain lines, "time level subject: message", to stderr and, once one is opened, to a file. stdout is the protocol's.
// Each line is one write of at most 4,096 bytes: lines of parallel processes don't mix. A line that can't be written
// soon is lost.
class Log {
 public:
  // `subject` stands in every line: the command and the attachment.
  explicit Log(std::string subject) : subject_(std::move(subject)) {}

  void set_level(LogLevel level) { level_ = level; }
  // Never waits, also where the path is a FIFO.
  Result<void> open(const std::string& path);

  void info(std::string_view message) { write(LogLevel::kInfo, message); }
  void warn(std::string_view message) { write(LogLevel::kWarn, message); }
  void error(std::string_view message) { write(LogLevel::kError, message); }

 private:
  void write(LogLevel level, std::string_view message);

  std::string subject_;
  LogLevel level_ = LogLevel::kInfo;
  Fd file_;
};

}  // namespace podmeter
