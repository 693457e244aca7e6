// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/meminfo.hpp"

#include <cstdlib>
#include <fstream>
#include <utility>

namespace podmeter::bench {

Result<double> bytes_in(const std::string& file, std::string_view field) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(field) && line.substr(field.size()).starts_with(':'))
      return std::strtod(line.c_str() + field.size() + 1, nullptr) * 1024;
  return Error{"'" + file + "' has no " + std::string(field)};
}

Result<KernelMemory> KernelMemory::read() {
  KernelMemory memory;
  for (const auto& [field, bytes] : {std::pair{"Slab", &memory.slab}, std::pair{"Percpu", &memory.percpu},
                                     std::pair{"VmallocUsed", &memory.vmalloc}, std::pair{"MemFree", &memory.free}}) {
    const auto read = bytes_in("/proc/meminfo", field);
    if (!read)
      return read.error();
    *bytes = *read;
  }
  return memory;
}

KernelMemory operator-(const KernelMemory& after, const KernelMemory& before) {
  return {after.slab - before.slab, after.percpu - before.percpu, after.vmalloc - before.vmalloc,
          after.free - before.free};
}

}  // namespace podmeter::bench
