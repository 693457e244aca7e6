// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/event_counts.hpp"

#include <bpf/bpf.h>

#include "bpf/tree/percpu_map.hpp"

namespace podmeter {

Result<std::vector<std::uint64_t>> read_event_counts(const EventCountsPin& pin) {
  const auto fd = open_pinned_map(pin.path, {BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), pin.bytes()});
  if (!fd)
    return fd.error();
  std::vector<std::uint64_t> counts(pin.counts);
  const std::uint32_t key = 0;
  if (bpf_map_lookup_elem(fd->get(), &key, counts.data()) != 0)
    return system_error("read '" + pin.path + "'");
  return counts;
}

}  // namespace podmeter
