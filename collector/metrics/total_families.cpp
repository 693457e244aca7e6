// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/total_families.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "bpf/base/utf8.hpp"
#include "bpf/reading/sum_totals.hpp"
#include "bpf/tree/label_names.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

Labels label_set(const TotalKey& key) {
  Labels labels;
  for (const auto& [name, value] : key.labels)
    if (is_free_label_name(name) && !value.empty())  // Prometheus takes an empty label for a missing one
      labels.push_back({name, valid_utf8(value)});
  return labels;
}

bool is_before(const Labels& a, const Labels& b) {
  return std::ranges::lexicographical_compare(a, b, [](const auto& left, const auto& right) {
    return std::tie(left.name, left.value) < std::tie(right.name, right.value);
  });
}

// Values that become equal by valid_utf8() share one series.
using Sums = std::map<Labels, ScopeCounts, decltype(&is_before)>;

void append(MetricFamily& family, Labels labels, std::uint64_t value) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
}

// Adds the families of bytes and packets.
void add_families(const Sums& sums, const std::string& of, const std::string& help, std::vector<MetricFamily>& all) {
  MetricFamily bytes{"podmeter_" + of + "_network_bytes_total", "Bytes" + help, MetricType::Counter, {}};
  MetricFamily packets{"podmeter_" + of + "_network_packets_total", "Packets" + help, MetricType::Counter, {}};
  for (const auto& [labels, counts] : sums)
    for (const auto& [scope, of_direction] : counts)
      for (const auto direction : kDirections) {
        Labels full = labels;
        full.push_back({"direction", std::string(direction_name(direction))});
        full.push_back({"scope", valid_utf8(scope)});
        append(bytes, full, of_direction[direction].bytes);
        append(packets, std::move(full), of_direction[direction].packets);
      }
  all.push_back(std::move(bytes));
  all.push_back(std::move(packets));
}

// True where all counts could be read. A sum without some of them would drop and rise again.
bool is_whole(const Walk& walk) {
  const bool may_have_counted =
      std::ranges::any_of(walk.broken, [](const BrokenMeter& meter) { return meter.part != BrokenPart::kName; });
  return !walk.totals_error && !walk.scopes_error && !may_have_counted;
}

}  // namespace

std::vector<MetricFamily> total_families(const Walk& walk) {
  Sums by_namespace(is_before), by_labels(is_before);
  const bool too_many_labels = LabelledKeys(walk.totals).is_full();
  if (is_whole(walk))
    for (const auto& [key, counts] : sum_totals(walk)) {
      add(by_namespace[{{"namespace", valid_utf8(key.pod_namespace)}}], counts);
      if (const auto labels = label_set(key); !labels.empty() && !too_many_labels)
        add(by_labels[labels], counts);
    }
  std::vector<MetricFamily> all;
  add_families(by_namespace, "namespace",
               " of all pods of a namespace on this node since its boot, ended ones included.", all);
  add_families(by_labels, "label",
               " of all pods with these annotation labels on this node since its boot, ended ones included.", all);
  return all;
}

}  // namespace podmeter
