// SPDX-License-Identifier: Apache-2.0
#include "collector/views/api.hpp"

#include <nlohmann/json.hpp>

#include "bpf/reading/reading_json.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json meter_columns(const Reading& reading) {
  const Identity& identity = reading.identity;
  return {{"meter", identity.meter},
          {"state", state_name(reading.state)},
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

std::string to_pods_json(const Collection& collection) {
  return reading_json(collection.walk);
}

std::string to_counter_lines(const Collection& collection) {
  std::string lines;
  for (const auto& reading : collection.walk.readings) {
    ordered_json row = meter_columns(reading);
    row["time_ns"] = collection.time_ns;
    for (const auto direction : kDirections)
      for (const auto& scope : shown_scopes(collection.walk.scopes, reading.counters)) {
        const pm_count& count = reading.counters.of[direction][scope.slot];
        row["direction"] = direction_name(direction);
        row["scope"] = scope.name;
        row["bytes"] = std::uint64_t{count.bytes};
        row["packets"] = std::uint64_t{count.packets};
        lines += dump(row) + '\n';
      }
  }
  return lines;
}

}  // namespace podmeter
