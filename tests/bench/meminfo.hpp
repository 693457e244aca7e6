// SPDX-License-Identifier: Apache-2.0
// Memory as the kernel tells it, in bytes.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter::bench {

// A line such as "Slab:   123 kB" of a file such as /proc/meminfo.
Result<double> bytes_in(const std::string& file, std::string_view field);

// The whole machine's.
struct KernelMemory {
  double slab = 0;     // kmalloc, inodes, dentries
  double percpu = 0;   // counters
  double vmalloc = 0;  // programs
  double free = 0;     // to check against: what is not used, also by others

  [[nodiscard]] double used() const { return slab + percpu + vmalloc; }
  static Result<KernelMemory> read();
};

KernelMemory operator-(const KernelMemory& after, const KernelMemory& before);

}  // namespace podmeter::bench
