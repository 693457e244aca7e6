// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdio>
#include <ctime>

namespace podmeter {
namespace {

constexpr std::size_t kLineMax = PIPE_BUF;
constexpr std::chrono::duration<int, std::milli> kPatience{50};  // with who reads slowly
constexpr const char* kLevelNames[] = {"debug", "info", "warn", "error"};

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(), static_cast<int>(milliseconds));
  return text.data();
}

// What comes from outside can't start a line of its own.
std::string one_line(std::string_view message) {
  std::string line(message);
  for (char& c : line)
    if (c == '\n' || c == '\r')
      c = ' ';
  return line;
}

// Where there is room: a pipe takes a page at once or none of it (PIPE_BUF, pipe(7)).
void write_now(int fd, std::string_view line) {
  pollfd room{fd, POLLOUT, 0};
  if (::poll(&room, 1, kPatience.count()) != 1)
    return;
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
}

}  // namespace

Result<void> Log::open(const std::string& path) {
  Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640));
  if (!file.valid())
    return system_error("open log file '" + path + "'");
  file_ = std::move(file);
  return {};
}

void Log::write(LogLevel level, std::string_view message) {
  if (level < level_)
    return;
  std::string line =
      timestamp() + ' ' + kLevelNames[static_cast<int>(level)] + ' ' + subject_ + ": " + one_line(message);
  line.resize(std::min(line.size(), kLineMax - 1));
  line += '\n';
  write_now(STDERR_FILENO, line);
  if (file_.valid())
    write_now(file_.get(), line);
}

}  // namespace podmeter
