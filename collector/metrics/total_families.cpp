// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/total_families.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "bpf/tree/label_names.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

Labels namespace_label(const TotalKey& key) {
  return {{"namespace", key.pod_namespace}};
}

Labels label_set(const TotalKey& key) {
  Labels labels;
  for (const auto& [name, value] : key.labels)
    if (is_free_label_name(name) && !value.empty())  // Prometheus takes an empty label for a missing one
      labels.push_back({name, value});
  return labels;
}

bool is_before(const Labels& a, const Labels& b) {
  return std::ranges::lexicographical_compare(a, b, [](const auto& left, const auto& right) {
    return std::tie(left.name, left.value) < std::tie(right.name, right.value);
  });
}

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
        full.push_back({"scope", scope});
        append(bytes, full, of_direction[direction].bytes);
        append(packets, std::move(full), of_direction[direction].packets);
      }
  all.push_back(std::move(bytes));
  all.push_back(std::move(packets));
}

}  // namespace

std::vector<MetricFamily> total_families(const Totals& totals) {
  Sums by_namespace(is_before), by_labels(is_before);
  for (const auto& [key, counts] : totals.counts) {
    add(by_namespace[namespace_label(key)], counts);
    if (auto labels = label_set(key); !labels.empty() && !totals.has_too_many_labels)
      add(by_labels[std::move(labels)], counts);
  }
  for (const auto& key : totals.incomplete) {
    by_namespace.erase(namespace_label(key));
    by_labels.erase(label_set(key));
  }
  if (totals.any_may_be_incomplete) {
    by_namespace.clear();
    by_labels.clear();
  }
  std::vector<MetricFamily> all;
  add_families(by_namespace, "namespace",
               " of all pods of a namespace on this node since its boot, ended ones included.", all);
  add_families(by_labels, "label",
               " of all pods with these annotation labels on this node since its boot, ended ones included.", all);
  return all;
}

}  // namespace podmeter
