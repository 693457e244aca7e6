// SPDX-License-Identifier: Apache-2.0
// Pinned maps with a key type and a value type, read-only.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <string>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// A map's type and sizes, as the kernel reports them.
struct MapShape {
  bpf_map_type type;
  std::size_t key_size;
  std::size_t value_size;
};

// Opens a pinned map read-only and compares its shape. Needs the file mode alone (before Linux 5.19 also CAP_BPF).
// ENOENT where nothing is pinned; EPROTOTYPE where it is another kind of object.
Result<Fd> open_pinned_map(const std::string& pin, const MapShape& shape);

// A pinned per-CPU array, read-only.
template <class Key, class Value>
class PercpuArray {
 public:
  static_assert(sizeof(Value) % 8 == 0, "the kernel rounds a per-CPU value up to 8 bytes (kernel/bpf/arraymap.c)");

  static Result<PercpuArray> open(const std::string& pin) {
    auto fd = open_pinned_map(pin, {BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(Key), sizeof(Value)});
    if (!fd)
      return fd.error();
    return PercpuArray(std::move(*fd));
  }

  // The value of every possible CPU.
  [[nodiscard]] Result<std::vector<Value>> read(const Key& key) const {
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
      return system_error("count possible CPUs", -cpus);
    std::vector<Value> values(static_cast<std::size_t>(cpus));
    if (bpf_map_lookup_elem(fd_.get(), &key, values.data()) != 0)
      return system_error("read per-CPU map");
    return values;
  }

 private:
  explicit PercpuArray(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace podmeter
