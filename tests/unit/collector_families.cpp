// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/families.hpp"

#include <map>
#include <set>
#include <string>

#include "bpf/tree/counters.hpp"
#include "collector/metrics/exposition.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using LabelMap = std::map<std::string, std::string>;

MeterReading meter_of(const std::string& meter) {
  MeterReading made;
  made.identity.meter = meter;
  made.identity.attachment = {"c0ffee", "eth0"};
  made.identity.pod_namespace = "shop";
  made.identity.pod = "cart";
  made.identity.uid = "u-1";
  made.identity.attach = Attach::kTcx;
  made.identity.netns_cookie = 4711;
  made.identity.start_ns = 1'500'000'000;
  return made;
}

LabelMap labels_of(const ClientMetric& metric) {
  LabelMap labels;
  for (const auto& label : metric.label)
    CHECK(labels.emplace(label.name, label.value).second);
  return labels;
}

TreeReading reading(std::vector<MeterReading> meters) {
  TreeReading made;
  made.meters = std::move(meters);
  return made;
}

MetricFamily family(const TreeReading& of, const std::string& name, const ProblemTotals& problems = {},
                    const std::optional<ProcessUsage>& process = {}) {
  for (auto& one : to_families(of, problems, process))
    if (one.name == name)
      return one;
  FAIL("no family " << name);
  return {};
}

double value(const MetricFamily& in, const LabelMap& labels) {
  for (const auto& metric : in.metric)
    if (labels_of(metric) == labels)
      return in.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
  FAIL("no such series in " << in.name);
  return 0;
}

TEST_CASE("Every scope of both directions has a series, also one that counted nothing") {
  const auto bytes = family(reading({meter_of("m1")}), "podmeter_network_bytes_total");
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& metric : bytes.metric) {
    const auto labels = labels_of(metric);
    seen.emplace(labels.at("direction"), labels.at("scope"));
    CHECK(metric.counter.value == 0);
  }
  CHECK(bytes.metric.size() == std::size(kDirections) * 3 /* scopes */);
  CHECK(seen.size() == bytes.metric.size());
}

TEST_CASE("Bytes and packets stand in the series of their direction and scope") {
  MeterReading one = meter_of("m1");
  one.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {9'007'199'254'740'991, 7};
  one.counters.of[PM_INGRESS][PM_SCOPE_OTHER] = {60, 1};
  LabelMap labels = {{"meter", "m1"},       {"namespace", "shop"},   {"pod", "cart"},    {"uid", "u-1"},
                     {"interface", "eth0"}, {"direction", "egress"}, {"scope", "public"}};
  CHECK(value(family(reading({one}), "podmeter_network_bytes_total"), labels) == 9'007'199'254'740'991.0);
  CHECK(value(family(reading({one}), "podmeter_network_packets_total"), labels) == 7);
  labels["direction"] = "ingress";
  labels["scope"] = "other";
  CHECK(value(family(reading({one}), "podmeter_network_bytes_total"), labels) == 60);
}

TEST_CASE("Two meters of one pod never share a series") {
  std::set<LabelMap> seen;
  for (const auto& one : to_families(reading({meter_of("m1"), meter_of("m2")}), {}, {}))
    for (const auto& metric : one.metric) {
      LabelMap labels = labels_of(metric);
      labels["__name__"] = one.name;
      CHECK(seen.insert(labels).second);
    }
}

TEST_CASE("A meter's info tells its container, attachment, ABI and network namespace") {
  const auto info = family(reading({meter_of("m1")}), "podmeter_meter_info");
  CHECK(value(info, {{"meter", "m1"},
                     {"namespace", "shop"},
                     {"pod", "cart"},
                     {"uid", "u-1"},
                     {"interface", "eth0"},
                     {"container_id", "c0ffee"},
                     {"attach", "tcx"},
                     {"abi", "1"},
                     {"netns_cookie", "4711"}}) == 1);
  const auto start = family(reading({meter_of("m1")}), "podmeter_meter_start_timestamp_seconds");
  CHECK(value(start,
              {{"meter", "m1"}, {"namespace", "shop"}, {"pod", "cart"}, {"uid", "u-1"}, {"interface", "eth0"}}) == 1.5);
}

TEST_CASE("Annotation labels stand on bytes, packets and info, but for those that can't be labels") {
  MeterReading one = meter_of("m1");
  one.identity.labels = {{"tenant", "acme"},  {"scope", "x"}, {"__meta", "x"},
                         {"not-a-name", "x"}, {"le", "x"},    {"", "x"}};
  for (const auto* name : {"podmeter_network_bytes_total", "podmeter_network_packets_total", "podmeter_meter_info"})
    for (const auto& metric : family(reading({one}), name).metric) {
      const auto labels = labels_of(metric);
      CHECK(labels.at("tenant") == "acme");
      for (const auto* refused : {"__meta", "not-a-name", "le", ""})
        CHECK(labels.count(refused) == 0);
    }
}

TEST_CASE("Meters are counted by state") {
  TreeReading of = reading({meter_of("m1"), meter_of("m2"), meter_of("m3")});
  of.meters[2].state = MeterState::kEnded;
  of.problems.push_back({ProblemReason::kIdentity, "/p", {"why"}});
  const auto meters = family(of, "podmeter_meters");
  CHECK(value(meters, {{"state", "live"}}) == 2);
  CHECK(value(meters, {{"state", "ended"}}) == 1);
  CHECK(value(meters, {{"state", "broken"}}) == 1);
}

TEST_CASE("Failures of the plugin and errors of the collector are shown for every reason, also at 0") {
  TreeReading of;
  of.failures->of[1][2] = 5;
  ProblemTotals problems{};
  problems[static_cast<std::size_t>(ProblemReason::kTree)] = 3;
  const auto failures = family(of, "podmeter_plugin_failures_total");
  CHECK(failures.metric.size() == std::size(kFailureCommands) * std::size(kFailureReasons));
  CHECK(value(failures, {{"command", "DEL"}, {"reason", "netns"}}) == 5);
  CHECK(value(failures, {{"command", "ADD"}, {"reason", "config"}}) == 0);
  const auto errors = family(of, "podmeter_collect_errors_total", problems);
  CHECK(errors.metric.size() == std::size(kProblemReasons));
  CHECK(value(errors, {{"reason", "tree"}}) == 3);
  CHECK(value(errors, {{"reason", "name"}}) == 0);
}

TEST_CASE("Without the process's usage its families are left out") {
  for (const auto& one : to_families({}, {}, {}))
    CHECK(one.name.substr(0, 8) != "process_");
  ProcessUsage process;
  process.open_fds = 9;
  CHECK(value(family({}, "process_open_fds", {}, process), {}) == 9);
}

}  // namespace
TEST_CASE("a scope that was removed has series where it counted something, and nowhere else") {
  MeterReading counted = meter_of("m1"), fresh = meter_of("m2");
  counted.counters.of[PM_EGRESS][2] = {128, 1};
  auto of = reading({counted, fresh});
  of.scopes = {{1, "here"}, {2, "gone", true}};
  std::map<std::string, std::set<std::string>> scopes;
  for (const auto& metric : family(of, "podmeter_network_bytes_total").metric) {
    const auto labels = labels_of(metric);
    scopes[labels.at("meter")].insert(labels.at("scope"));
    if (labels.at("scope") == "gone")
      CHECK(metric.counter.value == (labels.at("direction") == "egress" ? 128 : 0));
  }
  CHECK(scopes["m1"] == std::set<std::string>{"here", "gone", "other"});
  CHECK(scopes["m2"] == std::set<std::string>{"here", "other"});
}

}  // namespace podmeter
