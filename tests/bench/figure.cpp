// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace podmeter::bench {
namespace {

using Row = std::array<std::string, 6>;

// Three digits that matter.
std::string digits(double value) {
  const double size = std::abs(value);
  char text[64];
  std::snprintf(text, sizeof(text), size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
  return text;
}

Row row_of(const Figure& figure) {
  return {figure.name,
          digits(figure.value) + ' ' + figure.unit,
          figure.ratio ? digits(*figure.ratio) : "",
          figure.over,
          figure.bar,
          figure.met ? (*figure.met ? "met" : "MISSED") : ""};
}

std::string padded(const Row& row, const std::array<std::size_t, 6>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); i++)
    line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
  return line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

std::string bars_line(const Figures& figures) {
  const auto judged = std::ranges::count_if(figures, [](const Figure& one) { return one.met.has_value(); });
  const auto met = std::ranges::count_if(figures, [](const Figure& one) { return one.met.value_or(false); });
  return std::to_string(met) + " of " + std::to_string(judged) + " bars met\n";
}

}  // namespace

std::string to_table(const Figures& figures) {
  std::vector<Row> rows = {{"figure", "value", "ratio", "to", "bar", ""}};
  std::ranges::transform(figures, std::back_inserter(rows), row_of);
  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); i++)
      widths[i] = std::max(widths[i], row[i].size());
  std::string table;
  for (const auto& row : rows)
    table += padded(row, widths);
  return table + bars_line(figures);
}

std::string to_json_lines(const Figures& figures) {
  std::string lines;
  for (const auto& figure : figures) {
    nlohmann::ordered_json line = {{"figure", figure.name},
                                   {"value", figure.value},
                                   {"unit", figure.unit},
                                   {"over", figure.over},
                                   {"ratio", nullptr}};
    if (figure.ratio)
      line["ratio"] = *figure.ratio;
    lines += line.dump() + '\n';
  }
  return lines;
}

}  // namespace podmeter::bench
