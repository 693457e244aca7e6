// SPDX-License-Identifier: Apache-2.0
#include "collector/views/api.hpp"

#include <nlohmann/json.hpp>

#include "bpf/reading/reading_json.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

ordered_json meter_columns(const MeterReading& meter) {
  const Identity& identity = meter.identity;
  return {{"meter", identity.meter},
          {"state", state_name(meter.state)},
          {"namespace", identity.pod_namespace},
          {"pod", identity.pod},
          {"uid", identity.uid},
          {"container_id", identity.attachment.container_id},
          {"interface", identity.attachment.interface},
          {"network", identity.network},
          {"labels", identity.labels},
          {"start_ns", identity.start_ns}};
}

}  // namespace

std::string to_pods_json(const TreeReading& reading) {
  return reading_json(reading);
}

std::string to_counter_lines(const TreeReading& reading) {
  std::string lines;
  for (const auto& meter : reading.meters) {
    ordered_json row = meter_columns(meter);
    row["time_ns"] = reading.time_ns;
    for (const auto direction : kDirections)
      for (const auto& scope : shown_scopes(reading.scopes, meter.counters)) {
        const pm_count& count = meter.counters.of[direction][scope.slot];
        row["direction"] = direction_name(direction);
        row["scope"] = scope.name;
        row["bytes"] = std::uint64_t{count.bytes};
        row["packets"] = std::uint64_t{count.packets};
        lines += row.dump() + '\n';
      }
  }
  return lines;
}

}  // namespace podmeter
