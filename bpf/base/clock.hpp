// SPDX-License-Identifier: Apache-2.0
// The clocks whose times are stored in the tree.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace podmeter {

// Nanoseconds since boot, time in suspend included. bpffs lives from boot to boot too, and this clock can't be set.
inline std::int64_t boot_clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

// Nanoseconds since 1970.
inline std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace podmeter
