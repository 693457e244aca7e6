// SPDX-License-Identifier: Apache-2.0
#include "collector/read/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/base/text_file.hpp"

namespace podmeter {
namespace {

std::uint64_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Asked once: a clock that is set later must not move the start. Not from /proc/stat, which a hardened unit doesn't
// see.
double boot_time() {
  static const double seconds = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
  return seconds;
}

ProcessUsage usage_of(const ProcessStat& stat) {
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  ProcessUsage usage;
  usage.cpu_seconds = static_cast<double>(stat.user_ticks + stat.system_ticks) / ticks;
  usage.start_seconds = boot_time() + static_cast<double>(stat.start_ticks) / ticks;
  usage.resident_bytes = stat.resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  usage.virtual_bytes = stat.virtual_bytes;
  return usage;
}

}  // namespace

Result<ProcessStat> parse_process_stat(std::string_view text) {
  // The second field is the program's name and may hold spaces and parentheses.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos)
    return Error{"no program name in /proc/PID/stat"};
  std::istringstream rest{std::string(text.substr(name_end + 1))};
  std::vector<std::string> skipped(11);
  ProcessStat stat;
  for (auto& field : skipped)
    rest >> field;
  rest >> stat.user_ticks >> stat.system_ticks;
  for (std::size_t i = 0; i < 6; i++)
    rest >> skipped[i];
  rest >> stat.start_ticks >> stat.virtual_bytes >> stat.resident_pages;
  if (!rest)
    return Error{"too few fields in /proc/PID/stat"};
  return stat;
}

Result<ProcessUsage> read_process_usage() {
  const auto text = read_text_file("/proc/self/stat");
  if (!text)
    return text.error();
  const auto stat = parse_process_stat(*text);
  if (!stat)
    return stat.error();
  const auto descriptors = list_directory("/proc/self/fd");
  if (!descriptors)
    return descriptors.error();
  ProcessUsage usage = usage_of(*stat);
  usage.open_fds = descriptors->size() - 1;  // one was that of the listing
  usage.max_fds = descriptor_limit();
  return usage;
}

}  // namespace podmeter
