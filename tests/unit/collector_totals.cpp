// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/total_families.hpp"

#include <map>

#include "collector/metrics/families.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

using prometheus::MetricFamily;
using LabelMap = std::map<std::string, std::string>;

MeterReading meter_of(const std::string& pod_namespace, const std::map<std::string, std::string>& labels,
                      std::uint64_t bytes) {
  MeterReading made;
  made.identity.pod_namespace = pod_namespace;
  made.identity.labels = labels;
  made.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {bytes, 1};
  return made;
}

std::map<LabelMap, double> series(const Totals& totals, const std::string& name) {
  std::map<LabelMap, double> all;
  for (const auto& family : total_families(totals))
    for (const auto& metric : family.metric) {
      LabelMap labels;
      for (const auto& label : metric.label)
        labels[label.name] = label.value;
      if (family.name == name && labels["scope"] == "public" && labels["direction"] == "egress")
        CHECK(all.emplace(labels, metric.counter.value).second);
    }
  return all;
}

LabelMap place(LabelMap labels) {
  labels["direction"] = "egress";
  labels["scope"] = "public";
  return labels;
}

}  // namespace

TEST_CASE("totals are by namespace, whatever the labels, and by labels, whatever the namespace") {
  const auto totals = sum_totals(
      {},
      {meter_of("shop", {{"tenant", "acme"}}, 1), meter_of("shop", {{"tenant", "other"}}, 2),
       meter_of("else", {{"tenant", "acme"}}, 4), meter_of("shop", {}, 8), meter_of("last", {{"tenant", "x"}}, 16)},
      built_in_names());
  const auto spaces = series(totals, "podmeter_namespace_network_bytes_total");
  CHECK(spaces == std::map<LabelMap, double>{{place({{"namespace", "shop"}}), 11},
                                             {place({{"namespace", "else"}}), 4},
                                             {place({{"namespace", "last"}}), 16}});
  const auto labels = series(totals, "podmeter_label_network_bytes_total");
  CHECK(labels == std::map<LabelMap, double>{{place({{"tenant", "acme"}}), 5},
                                             {place({{"tenant", "other"}}), 2},
                                             {place({{"tenant", "x"}}), 16}});
  CHECK(series(totals, "podmeter_namespace_network_packets_total").at(place({{"namespace", "shop"}})) == 3);
}

TEST_CASE("where counts of a key are missing, its namespace and its labels have no series, and all others have") {
  auto totals = sum_totals({},
                           {meter_of("shop", {{"tenant", "acme"}}, 1), meter_of("shop", {}, 2),
                            meter_of("else", {{"tenant", "acme"}}, 4), meter_of("else", {{"tenant", "other"}}, 8)},
                           built_in_names());
  totals.note_incomplete(TotalKey{"shop", {{"tenant", "acme"}}});
  CHECK(series(totals, "podmeter_namespace_network_bytes_total") ==
        std::map<LabelMap, double>{{place({{"namespace", "else"}}), 12}});
  CHECK(series(totals, "podmeter_label_network_bytes_total") ==
        std::map<LabelMap, double>{{place({{"tenant", "other"}}), 8}});
}

TEST_CASE("where counts of an unknown key are missing, no total has a series") {
  auto totals = sum_totals({}, {meter_of("shop", {}, 1)}, built_in_names());
  totals.note_incomplete(std::nullopt);
  for (const auto& family : total_families(totals))
    CHECK(family.metric.empty());
}

TEST_CASE("where there are too many labels there are totals by namespace alone") {
  auto totals = sum_totals({}, {meter_of("shop", {{"tenant", "acme"}}, 1)}, built_in_names());
  totals.has_too_many_labels = true;
  CHECK(series(totals, "podmeter_namespace_network_bytes_total").size() == 1);
  CHECK(series(totals, "podmeter_label_network_bytes_total").empty());
}

TEST_CASE("an audit's unaccounted bytes and faults have a series each direction, and no fault none") {
  TreeReading reading;
  reading.meters = {meter_of("shop", {}, 1), meter_of("shop", {}, 1)};
  Audit audit;
  audit[PM_INGRESS] = {77, MeterFault::kDetached};
  reading.meters[0].audit = audit;
  std::map<std::string, std::size_t> sizes;
  for (const auto& family : to_families(reading, {}, {})) {
    sizes[family.name] = family.metric.size();
    if (family.name == "podmeter_unaccounted_bytes")
      CHECK(family.metric.at(PM_INGRESS).gauge.value == 77);
  }
  CHECK(sizes["podmeter_unaccounted_bytes"] == 2);
  CHECK(sizes["podmeter_meter_fault"] == 1);
  CHECK(sizes["podmeter_repairs_total"] == std::size(kRepairs));
  CHECK(sizes["podmeter_ended_meters_evicted_total"] == 1);
}

}  // namespace podmeter
