// SPDX-License-Identifier: Apache-2.0
#include "plugin/reading_table.hpp"

#include <algorithm>
#include <vector>

#include "bpf/counters.hpp"

namespace podmeter {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kTextColumns = 6;  // the rest are numbers, aligned right
constexpr std::size_t kShortId = 12;     // as podman and crictl show one

std::string shown(const std::string& text) {
  std::string out = text.empty() ? "-" : text;
  std::ranges::replace_if(
      out, [](char c) { return c <= ' ' || c == 0x7f; }, '?');
  return out;
}

Row header() {
  Row row = {"NAMESPACE", "POD", "CONTAINER", "INTERFACE", "STATE", "ATTACH"};
  for (const auto direction : kDirections)
    for (const auto& scope : kScopes)
      row.push_back(std::string(direction_name(direction)) + ' ' + std::string(scope.name));
  return row;
}

Row row_of(const Reading& reading) {
  const Identity& pod = reading.identity;
  Row row = {shown(pod.pod_namespace),
             shown(pod.pod),
             shown(pod.attachment.container_id.substr(0, kShortId)),
             shown(pod.attachment.interface),
             std::string(state_name(reading.state)),
             shown(pod.attach)};
  for (const auto direction : kDirections)
    for (const auto& scope : kScopes)
      row.push_back(std::to_string(reading.counters.of[direction][scope.slot].bytes));
  return row;
}

std::string padded(const std::string& cell, std::size_t width, std::size_t column) {
  const std::string space(width - cell.size(), ' ');
  return column < kTextColumns ? cell + space : space + cell;
}

std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); i++)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); i++)
      text += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string reading_table(const Walk& walk) {
  std::vector<Row> rows = {header()};
  for (const auto& reading : walk.readings)
    rows.push_back(row_of(reading));
  std::ranges::sort(rows.begin() + 1, rows.end());
  std::string text = aligned(rows);
  for (const auto& meter : walk.broken)
    text += "broken: " + meter.error.text + '\n';
  return text;
}

}  // namespace podmeter
