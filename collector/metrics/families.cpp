// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/families.hpp"

#include <algorithm>
#include <iterator>

#include "collector/metrics/meter_families.hpp"
#include "collector/metrics/total_families.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kNanosecondsPerSecond = 1e9;

ClientMetric gauge(double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric counter(double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

MetricFamily meters(const TreeReading& reading) {
  MetricFamily family{"podmeter_meters", "Meters in the tree, by state.", MetricType::Gauge, {}};
  for (const auto state : {MeterState::kLive, MeterState::kEnded})
    family.metric.push_back(
        gauge(static_cast<double>(count_meters(reading, state)), {{"state", std::string(state_name(state))}}));
  family.metric.push_back(gauge(static_cast<double>(count_broken_meters(reading)), {{"state", "broken"}}));
  return family;
}

MetricFamily plugin_failures(const std::optional<FailureCounts>& failures) {
  MetricFamily family{"podmeter_plugin_failures_total",
                      "Failures of the plugin and of reconcile on this node, by command and reason.",
                      MetricType::Counter,
                      {}};
  for (std::size_t command = 0; failures && command < std::size(kFailureCommands); command++)
    for (std::size_t reason = 0; reason < std::size(kFailureReasons); reason++)
      family.metric.push_back(counter(
          static_cast<double>(failures->of[command][reason]),
          {{"command", std::string(kFailureCommands[command])}, {"reason", std::string(kFailureReasons[reason])}}));
  return family;
}

MetricFamily repairs(const std::optional<RepairCounts>& counts) {
  MetricFamily family{
      "podmeter_repairs_total", "Repairs by reconcile and GC on this node, by kind.", MetricType::Counter, {}};
  for (std::size_t repair = 0; counts && repair < std::size(kRepairs); repair++)
    family.metric.push_back(
        counter(static_cast<double>(counts->of[repair]), {{"repair", std::string(kRepairs[repair])}}));
  return family;
}

MetricFamily collect_errors(const ProblemTotals& problems) {
  MetricFamily family{"podmeter_collect_errors_total",
                      "Parts of the tree that could not be read, by reason; each counts once a pass.",
                      MetricType::Counter,
                      {}};
  for (std::size_t reason = 0; reason < problems.size(); reason++)
    family.metric.push_back(
        counter(static_cast<double>(problems[reason]), {{"reason", std::string(kProblemReasons[reason])}}));
  return family;
}

MetricFamily single(std::string name, std::string help, MetricType type, double value) {
  return {std::move(name), std::move(help), type, {type == MetricType::Counter ? counter(value) : gauge(value)}};
}

void add_upkeep(const RepairCounts& counts, std::vector<MetricFamily>& families) {
  families.push_back(single("podmeter_ended_meters_evicted_total",
                            "Ended meters removed before their retention was over, because there were too many; their "
                            "counts are in the totals.",
                            MetricType::Counter, static_cast<double>(counts.evicted)));
  families.push_back(single("podmeter_last_reconcile_timestamp_seconds",
                            "End of the last reconcile pass on this node, in seconds since 1970; 0: never.",
                            MetricType::Gauge, static_cast<double>(counts.last_reconcile_ns) / kNanosecondsPerSecond));
}

void add_process(const ProcessUsage& usage, std::vector<MetricFamily>& families) {
  families.push_back(single("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                            MetricType::Counter, usage.cpu_seconds));
  families.push_back(single("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
                            static_cast<double>(usage.resident_bytes)));
  families.push_back(single("process_virtual_memory_bytes", "Virtual memory size in bytes.", MetricType::Gauge,
                            static_cast<double>(usage.virtual_bytes)));
  families.push_back(single("process_open_fds", "Number of open file descriptors.", MetricType::Gauge,
                            static_cast<double>(usage.open_fds)));
  families.push_back(single("process_max_fds", "Maximum number of open file descriptors.", MetricType::Gauge,
                            static_cast<double>(usage.max_fds)));
  families.push_back(single("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
                            MetricType::Gauge, usage.start_seconds));
}

}  // namespace

std::vector<MetricFamily> to_families(const TreeReading& reading, const ProblemTotals& problems,
                                      const std::optional<ProcessUsage>& process) {
  std::vector<MetricFamily> families = meter_families(reading);
  std::ranges::move(total_families(reading.totals), std::back_inserter(families));
  families.push_back(meters(reading));
  families.push_back(plugin_failures(reading.failures));
  families.push_back(repairs(reading.repairs));
  if (reading.repairs)
    add_upkeep(*reading.repairs, families);
  families.push_back(single("podmeter_collect_duration_seconds", "Time that reading the tree took for this scrape.",
                            MetricType::Gauge, reading.took.count()));
  families.push_back(collect_errors(problems));
  families.push_back({"podmeter_build_info",
                      "Always 1; the labels describe the collector's build.",
                      MetricType::Gauge,
                      {gauge(1, {{"version", PODMETER_VERSION}})}});
  if (process)
    add_process(*process, families);
  return families;
}

}  // namespace podmeter
