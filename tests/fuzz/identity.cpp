// SPDX-License-Identifier: Apache-2.0
// The record of who a meter counts for, and what the collector shows of it. The input is the record's text.
#include "bpf/tree/identity.hpp"

#include "bpf/base/utf8.hpp"
#include "bpf/reading/reading_json.hpp"
#include "bpf/tree/label_names.hpp"
#include "collector/metrics/exposition.hpp"
#include "collector/metrics/meter_families.hpp"
#include "collector/views/api.hpp"
#include "collector/views/page.hpp"
#include "tests/fuzz/exposition_text.hpp"
#include "tests/fuzz/property.hpp"

namespace podmeter::fuzz {
namespace {

using nlohmann::json;
using Labels = std::map<std::string, std::string>;

// The attachment comes from a directory's name, which spells any bytes; read_meters() makes them UTF-8.
MeterReading meter_of(Identity identity, const std::string& text) {
  MeterReading meter{std::move(identity), text.size() % 2 == 0 ? MeterState::kLive : MeterState::kEnded, {}};
  meter.identity.attachment = {valid_utf8(std::string(text.rbegin(), text.rend())),
                               valid_utf8(text.substr(text.size() / 2))};
  for (const auto direction : kDirections)
    for (std::uint64_t slot = 0; slot < PM_SCOPES; slot++)
      meter.counters.of[direction][slot] = {(std::uint64_t{1} << (text.size() + slot) % 54) - 1, slot};
  return meter;
}

Labels annotations_of(const Identity& identity) {
  Labels labels;
  for (const auto& [name, value] : identity.labels)
    if (is_free_label_name(name))
      labels.emplace(name, value);
  return labels;
}

void check_series(const Sample& sample, const MeterReading& meter) {
  const Identity& identity = meter.identity;
  Labels rest = sample.labels;
  const auto take = [&](const std::string& name) { return rest.extract(name).mapped(); };
  always(take("meter") == identity.meter && take("namespace") == identity.pod_namespace &&
             take("pod") == identity.pod && take("uid") == identity.uid,
         "a series has the pod's labels");
  rest.erase("interface"), rest.erase("direction"), rest.erase("scope");
  for (const auto& [name, value] : sample.labels)
    always(is_utf8(value) && value.find('\0') == std::string::npos, "a label's value is UTF-8 without NUL");
  always(rest == annotations_of(identity), "a series has the annotations' labels that may be, and no other");
  const auto count = static_cast<std::uint64_t>(sample.value);
  always(static_cast<double>(count) == sample.value && (count & (count + 1)) == 0, "bytes are what was counted");
}

void check_metrics(const TreeReading& reading) {
  std::size_t series = 0;
  for (const auto& sample : read_exposition(to_exposition(meter_families(reading))))
    if (sample.name == "podmeter_network_bytes_total") {
      check_series(sample, reading.meters.front());
      series++;
    }
  always(series == 6, "a meter has a series for each direction and scope");
}

void check_json(const TreeReading& reading) {
  const json pods = json::parse(to_pods_json(reading), nullptr, false);
  always(!pods.is_discarded(), "/api/v1/pods is JSON");
  const std::string text = to_counter_lines(reading);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  always(lines == reading.meters.size() * 6, "/api/v1/counters has a line for each direction and scope");
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    always(json::accept(rest.substr(0, rest.find('\n'))), "/api/v1/counters has a JSON object a line");
  for (const auto& meter : reading.meters) {
    const Identity& identity = meter.identity;
    const json& shown = pods.at("meters").at(0);
    always(shown.at("pod") == identity.pod && shown.at("labels") == identity.labels &&
               shown.at("netns_cookie") == identity.netns_cookie,
           "/api/v1/pods says what the record says");
  }
}

// The page's own marks are as many whatever the fault says.
void check_page(TreeReading reading) {
  const std::string page = to_page(reading, "/metrics");
  always(is_utf8(page), "the page is UTF-8");
  for (auto& problem : reading.problems)
    problem.error.text = "x";
  const std::string plain = to_page(reading, "/metrics");
  for (const char mark : {'<', '>', '"'})
    always(std::ranges::count(page, mark) == std::ranges::count(plain, mark), "nothing on the page is markup but ours");
}

void check_record(const Identity& identity) {
  const std::string text = to_text(identity);
  always(text.find_first_of(std::string_view("\0\n", 2)) == std::string::npos,
         "a record is a link's target, on a line");
  const auto again = parse_identity(text);
  always(again.has_value() && *again == identity, "a record survives being read and written");
}

}  // namespace
}  // namespace podmeter::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmeter;
  using namespace podmeter::fuzz;
  const std::string text = text_of(data, size);
  const auto identity = parse_identity(text);
  TreeReading reading;
  if (identity) {
    check_record(*identity);
    reading.meters.push_back(meter_of(*identity, text));
    check_metrics(reading);
  } else {
    always(!identity.error().text.empty(), "a record is refused for a reason");
    reading.problems.push_back(make_problem(ProblemReason::kIdentity, text, identity.error()));
    check_page(reading);
  }
  check_json(reading);
  return 0;
}
