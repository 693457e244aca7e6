// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/counters.hpp"

namespace podmeter {

pm_counters sum(const std::vector<pm_counters>& per_cpu) {
  pm_counters total{};
  for (const auto& one : per_cpu)
    for (int direction = 0; direction < PM_DIRECTIONS; direction++)
      for (int scope = 0; scope < PM_SCOPES; scope++) {
        total.of[direction][scope].bytes += one.of[direction][scope].bytes;
        total.of[direction][scope].packets += one.of[direction][scope].packets;
      }
  return total;
}

bool holds_counts(const pm_counters& counters, std::uint32_t slot) {
  const auto& [egress, ingress] = counters.of;
  return (egress[slot].packets | egress[slot].bytes | ingress[slot].packets | ingress[slot].bytes) != 0;
}

Result<pm_counters> read_counters(const std::string& pin) {
  const auto map = CounterMap::open(pin);
  if (!map)
    return map.error();
  const auto values = map->read(0);
  if (!values)
    return values.error().in("counters '" + pin + "'");
  return sum(*values);
}

}  // namespace podmeter
