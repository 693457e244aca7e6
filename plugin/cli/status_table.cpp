// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/status_table.hpp"

#include <algorithm>
#include <vector>

#include "bpf/tree/counters.hpp"
#include "bpf/tree/scope_names.hpp"
#include "plugin/cli/text_table.hpp"

namespace podmeter {
namespace {

using Row = TextTable::Row;

constexpr std::size_t kTextColumns = 6;  // the rest are numbers, aligned right
constexpr std::size_t kShortId = 12;     // as podman and crictl show one

std::string shown(const std::string& text) {
  std::string out = text.empty() ? "-" : text;
  std::ranges::replace_if(
      out, [](char c) { return c <= ' ' || c == 0x7f; }, '?');
  return out;
}

// The scopes of all meters: one column each.
std::vector<Scope> columns_of(const TreeReading& reading) {
  pm_counters all{};
  for (const auto& meter : reading.meters)
    all = sum({all, meter.counters});
  return shown_scopes(reading.scopes, all);
}

Row header(const std::vector<Scope>& scopes) {
  Row row = {"NAMESPACE", "POD", "CONTAINER", "INTERFACE", "STATE", "ATTACH"};
  for (const auto direction : kDirections)
    for (const auto& scope : scopes)
      row.push_back(std::string(direction_name(direction)) + ' ' + shown(std::string(scope.name)));
  return row;
}

Row row_of(const MeterReading& meter, const std::vector<Scope>& scopes) {
  const Identity& pod = meter.identity;
  Row row = {shown(pod.pod_namespace),
             shown(pod.pod),
             shown(pod.attachment.container_id.substr(0, kShortId)),
             shown(pod.attachment.interface),
             std::string(state_name(meter.state)),
             std::string(attach_name(pod.attach))};
  for (const auto direction : kDirections)
    for (const auto& scope : scopes)
      row.push_back(std::to_string(meter.counters.of[direction][scope.slot].bytes));
  return row;
}

}  // namespace

std::string reading_table(const TreeReading& reading) {
  const auto scopes = columns_of(reading);
  std::vector<Row> rows;
  for (const auto& meter : reading.meters)
    rows.push_back(row_of(meter, scopes));
  std::ranges::sort(rows);
  TextTable table(header(scopes), kTextColumns);
  for (auto& row : rows)
    table.add(std::move(row));
  std::string text = table.text();
  for (const auto& problem : reading.problems)
    text += "broken: " + problem.error.text + '\n';
  return text;
}

}  // namespace podmeter
