// SPDX-License-Identifier: Apache-2.0
// The record of who a meter counts for, and what the collector shows of it. The input is the record's text.
#include "bpf/tree/identity.hpp"

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

// The attachment comes from a directory's name, which spells any bytes.
Reading reading_of(Identity identity, const std::string& text) {
  Reading reading{std::move(identity), text.size() % 2 == 0 ? MeterState::kLive : MeterState::kEnded, {}};
  reading.identity.attachment = {std::string(text.rbegin(), text.rend()), text.substr(text.size() / 2)};
  for (const auto direction : kDirections)
    for (std::uint64_t slot = 0; slot < PM_SCOPES; slot++)
      reading.counters.of[direction][slot] = {(std::uint64_t{1} << (text.size() + slot) % 54) - 1, slot};
  return reading;
}

// Prometheus takes no NUL. What the record's JSON held is UTF-8.
std::string shown(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '\0' ? "\xEF\xBF\xBD" : std::string(1, c);
  return out;
}

Labels annotations_of(const Identity& identity) {
  Labels labels;
  for (const auto& [name, value] : identity.labels)
    if (is_free_label_name(name))
      labels.emplace(name, shown(value));
  return labels;
}

void check_series(const Sample& sample, const Reading& reading) {
  const Identity& identity = reading.identity;
  Labels rest = sample.labels;
  const auto take = [&](const std::string& name) { return rest.extract(name).mapped(); };
  always(take("meter") == shown(identity.meter) && take("namespace") == shown(identity.pod_namespace) &&
             take("pod") == shown(identity.pod) && take("uid") == shown(identity.uid),
         "a series has the pod's labels");
  rest.erase("interface"), rest.erase("direction"), rest.erase("scope");
  always(rest == annotations_of(identity), "a series has the annotations' labels that may be, and no other");
  const auto count = static_cast<std::uint64_t>(sample.value);
  always(static_cast<double>(count) == sample.value && (count & (count + 1)) == 0, "bytes are what was counted");
}

void check_metrics(const Walk& walk) {
  std::size_t series = 0;
  for (const auto& sample : read_exposition(to_exposition(meter_families(walk))))
    if (sample.name == "podmeter_network_bytes_total") {
      check_series(sample, walk.readings.front());
      series++;
    }
  always(series == 6, "a meter has a series for each direction and scope");
}

void check_json(const Collection& collection) {
  const json pods = json::parse(to_pods_json(collection), nullptr, false);
  always(!pods.is_discarded(), "/api/v1/pods is JSON");
  const std::string text = to_counter_lines(collection);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  always(lines == collection.walk.readings.size() * 6, "/api/v1/counters has a line for each direction and scope");
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    always(json::accept(rest.substr(0, rest.find('\n'))), "/api/v1/counters has a JSON object a line");
  for (const auto& reading : collection.walk.readings) {
    const Identity& identity = reading.identity;
    const json& meter = pods.at("meters").at(0);
    always(meter.at("pod") == identity.pod && meter.at("labels") == identity.labels &&
               meter.at("netns_cookie") == identity.netns_cookie,
           "/api/v1/pods says what the record says");
  }
}

// The page's own marks are as many whatever the fault says.
void check_page(Collection collection) {
  const std::string page = to_page(collection, "/metrics");
  always(is_utf8(page), "the page is UTF-8");
  for (auto& problem : collection.problems)
    problem.error.text = "x";
  const std::string plain = to_page(collection, "/metrics");
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
  Collection collection;
  if (identity) {
    check_record(*identity);
    collection.walk.readings.push_back(reading_of(*identity, text));
    check_metrics(collection.walk);
  } else {
    always(!identity.error().text.empty(), "a record is refused for a reason");
    collection.walk.broken.push_back({text, BrokenPart::kIdentity, identity.error()});
    collection.problems.push_back({CollectReason::kIdentity, text, identity.error()});
    check_page(collection);
  }
  check_json(collection);
  return 0;
}
