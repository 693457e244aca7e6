// SPDX-License-Identifier: Apache-2.0
// The collector's own use of CPU, memory and descriptors, as proc(5) tells it.
#pragma once

#include <cstdint>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

struct ProcessUsage {
  double cpu_seconds = 0;
  double start_seconds = 0;  // since 1970
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
};

// Fields of /proc/PID/stat, in its own units.
struct ProcessStat {
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t start_ticks = 0;  // since boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

Result<ProcessStat> parse_process_stat(std::string_view text);

// Reads the calling process's own.
Result<ProcessUsage> read_process_usage();

}  // namespace podmeter
