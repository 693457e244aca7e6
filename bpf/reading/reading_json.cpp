// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/reading_json.hpp"

#include <nlohmann/json.hpp>

#include "bpf/tree/scope_names.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

ordered_json counters_json(const ScopeNames& names, const pm_counters& counters) {
  ordered_json list = ordered_json::array();
  for (const auto direction : kDirections)
    for (const auto& scope : shown_scopes(names, counters)) {
      const pm_count& count = counters.of[direction][scope.slot];
      list.push_back({{"direction", direction_name(direction)},
                      {"scope", scope.name},
                      {"bytes", count.bytes},
                      {"packets", count.packets}});
    }
  return list;
}

ordered_json meter_json(const ScopeNames& names, const MeterReading& meter) {
  const Identity& pod = meter.identity;
  return {{"namespace", pod.pod_namespace},
          {"pod", pod.pod},
          {"uid", pod.uid},
          {"container_id", pod.attachment.container_id},
          {"interface", pod.attachment.interface},
          {"meter", pod.meter},
          {"state", state_name(meter.state)},
          {"attach", attach_name(pod.attach)},
          {"netns_cookie", pod.netns_cookie},
          {"start_timestamp_seconds", static_cast<double>(pod.start_ns) / 1e9},
          {"labels", pod.labels},
          {"counters", counters_json(names, meter.counters)}};
}

}  // namespace

std::string reading_json(const TreeReading& reading) {
  ordered_json json = {{"meters", ordered_json::array()}, {"broken", ordered_json::array()}};
  for (const auto& meter : reading.meters)
    json["meters"].push_back(meter_json(reading.scopes, meter));
  for (const auto& problem : reading.problems)
    json["broken"].push_back({{"path", problem.path}, {"error", problem.error.text}});
  return json.dump(2) + '\n';
}

}  // namespace podmeter
