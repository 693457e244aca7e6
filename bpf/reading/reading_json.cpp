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

ordered_json meter_json(const ScopeNames& names, const Reading& reading) {
  const Identity& pod = reading.identity;
  return {{"namespace", pod.pod_namespace},
          {"pod", pod.pod},
          {"uid", pod.uid},
          {"container_id", pod.attachment.container_id},
          {"interface", pod.attachment.interface},
          {"meter", pod.meter},
          {"state", state_name(reading.state)},
          {"attach", attach_name(pod.attach)},
          {"netns_cookie", pod.netns_cookie},
          {"start_timestamp_seconds", static_cast<double>(pod.start_ns) / 1e9},
          {"labels", pod.labels},
          {"counters", counters_json(names, reading.counters)}};
}

}  // namespace

std::string reading_json(const Walk& walk) {
  ordered_json json = {{"meters", ordered_json::array()}, {"broken", ordered_json::array()}};
  for (const auto& reading : walk.readings)
    json["meters"].push_back(meter_json(walk.scopes, reading));
  for (const auto& meter : walk.broken)
    json["broken"].push_back({{"path", meter.path}, {"error", meter.error.text}});
  if (walk.scopes_error)
    json["broken"].push_back({{"path", "scopes/names"}, {"error", walk.scopes_error->text}});
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace podmeter
