// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/meter_families.hpp"

#include "bpf/tree/label_names.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double kNanosecondsPerSecond = 1e9;

Labels pod_labels(const Identity& identity) {
  return {{"meter", identity.meter},
          {"namespace", identity.pod_namespace},
          {"pod", identity.pod},
          {"uid", identity.uid},
          {"interface", identity.attachment.interface}};
}

Labels annotation_labels(const Identity& identity) {
  Labels labels;
  for (const auto& [name, value] : identity.labels)
    if (is_free_label_name(name))
      labels.push_back({name, value});
  return labels;
}

Labels info_labels(const Identity& identity) {
  return {{"container_id", identity.attachment.container_id},
          {"attach", std::string(attach_name(identity.attach))},
          {"abi", std::to_string(PM_ABI_VERSION)},
          {"netns_cookie", std::to_string(identity.netns_cookie)}};
}

// Appends a metric with these labels.
ClientMetric& append(MetricFamily& family, std::initializer_list<const Labels*> parts) {
  ClientMetric& metric = family.metric.emplace_back();
  std::size_t size = 0;
  for (const auto* part : parts)
    size += part->size();
  metric.label.reserve(size);
  for (const auto* part : parts)
    metric.label.insert(metric.label.end(), part->begin(), part->end());
  return metric;
}

struct MeterFamilies {
  MetricFamily bytes{"podmeter_network_bytes_total",
                     "Bytes of IP packets as on the wire, without link-layer headers. Direction egress leaves the pod.",
                     MetricType::Counter,
                     {}};
  MetricFamily packets{"podmeter_network_packets_total",
                       "Packets as on the wire. Direction egress leaves the pod.",
                       MetricType::Counter,
                       {}};
  MetricFamily info{"podmeter_meter_info", "Always 1; the labels describe a meter.", MetricType::Gauge, {}};
  MetricFamily start{"podmeter_meter_start_timestamp_seconds",
                     "Time at which a meter began to count, in seconds since 1970.",
                     MetricType::Gauge,
                     {}};

  MetricFamily unaccounted{"podmeter_unaccounted_bytes",
                           "Least number of bytes, with link-layer headers, that crossed a pod's interface uncounted, "
                           "at the last reconcile pass.",
                           MetricType::Gauge,
                           {}};
  MetricFamily faults{"podmeter_meter_fault",
                      "1 for a meter that was at fault at the last reconcile pass. detached: it counts nothing; "
                      "preceded: another program runs before it; moved: its interface was moved to another namespace.",
                      MetricType::Gauge,
                      {}};

  explicit MeterFamilies(const TreeReading& reading) {
    const std::size_t meters = reading.meters.size();
    const std::size_t counts = meters * std::size(kDirections) * (reading.scopes.size() + 1);
    bytes.metric.reserve(counts);
    packets.metric.reserve(counts);
    info.metric.reserve(meters);
    start.metric.reserve(meters);
  }

  void add(const MeterReading& meter, const ScopeNames& names) {
    const Labels pod = pod_labels(meter.identity);
    const Labels annotations = annotation_labels(meter.identity);
    const Labels more = info_labels(meter.identity);
    const auto scopes = shown_scopes(names, meter.counters);
    for (const auto direction : kDirections)
      for (const auto& scope : scopes) {
        const Labels place = {{"direction", std::string(direction_name(direction))},
                              {"scope", std::string(scope.name)}};
        const pm_count& count = meter.counters.of[direction][scope.slot];
        append(bytes, {&pod, &place, &annotations}).counter.value = static_cast<double>(count.bytes);
        append(packets, {&pod, &place, &annotations}).counter.value = static_cast<double>(count.packets);
      }
    append(info, {&pod, &more, &annotations}).gauge.value = 1;
    if (meter.audit)
      add_audit(pod, meter);
    append(start, {&pod}).gauge.value = static_cast<double>(meter.identity.start_ns) / kNanosecondsPerSecond;
  }

  void add_audit(const Labels& pod, const MeterReading& meter) {
    const Audit& audit = *meter.audit;
    for (const auto direction : kDirections) {
      const Labels place = {{"direction", std::string(direction_name(direction))}};
      append(unaccounted, {&pod, &place}).gauge.value = static_cast<double>(audit[direction].unaccounted_bytes);
      if (audit[direction].fault == MeterFault::kNone || meter.state == MeterState::kEnded)
        continue;
      const Labels fault = {{"fault", std::string(fault_name(audit[direction].fault))}};
      append(faults, {&pod, &place, &fault}).gauge.value = 1;
    }
  }
};

}  // namespace

std::vector<MetricFamily> meter_families(const TreeReading& reading) {
  MeterFamilies families(reading);
  for (const auto& meter : reading.meters)
    families.add(meter, reading.scopes);
  std::vector<MetricFamily> all;
  all.reserve(16);
  for (auto* family :
       {&families.bytes, &families.packets, &families.info, &families.start, &families.unaccounted, &families.faults})
    all.push_back(std::move(*family));
  return all;
}

}  // namespace podmeter
