// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bpf/base/utf8.hpp"

namespace podmeter {
namespace {

static_assert(kLogLineMax <= PIPE_BUF);

constexpr std::chrono::duration<int, std::milli> kPatience{50};  // with a reader that is slow

std::string timestamp() {
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

std::string quoted(const std::string& value) {
  return nlohmann::json(valid_utf8(value)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

bool is_bare(char c) {
  return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

std::string logfmt_value(const std::string& value) {
  return !value.empty() && std::ranges::all_of(value, is_bare) ? value : quoted(value);
}

std::string line_of(LogFormat format, const LogFields& fields) {
  const bool json = format == LogFormat::kJson;
  std::string line = json ? "{" : "";
  std::string_view between;
  for (const auto& [name, value] : fields) {
    line += between;
    line += json ? quoted(name) + ':' + quoted(value) : name + '=' + logfmt_value(value);
    between = json ? "," : " ";
  }
  return line + (json ? "}\n" : "\n");
}

// Writes where there is room: a pipe takes the whole line or none of it.
void write_now(int fd, std::string_view line) {
  pollfd room{fd, POLLOUT, 0};
  if (::poll(&room, 1, kPatience.count()) != 1)
    return;
  // There is nowhere left to tell that a log can't be written.
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
}

}  // namespace

// By halves, as escapes take up to six times a value's length.
std::string format_line(LogFormat format, LogFields fields) {
  constexpr std::string_view kCut = "...";
  std::string line = line_of(format, fields);
  while (line.size() > kLogLineMax) {
    auto& longest = std::ranges::max_element(fields, {}, [](const auto& field) { return field.second.size(); })->second;
    if (longest.size() <= 2 * kCut.size())
      return line.substr(0, kLogLineMax - 1) + '\n';
    longest = longest.substr(0, longest.size() / 2 - kCut.size()).append(kCut);
    line = line_of(format, fields);
  }
  return line;
}

Result<void> Log::open(const std::string& path) {
  Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640));
  if (!file.valid())
    return system_error("open log file '" + path + "'");
  file_ = std::move(file);
  return {};
}

void Log::write(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (level < level_)
    return;
  LogFields all = {{"ts", timestamp()},
                   {"level", std::string(kLogLevels[static_cast<std::size_t>(level)])},
                   {"msg", std::string(message)}};
  all.insert(all.end(), always_.begin(), always_.end());
  all.insert(all.end(), fields.begin(), fields.end());
  const std::string line = format_line(format_, std::move(all));
  write_now(STDERR_FILENO, line);
  if (file_.valid())
    write_now(file_.get(), line);
}

}  // namespace podmeter
