// SPDX-License-Identifier: Apache-2.0
// A measured value, the one it is compared with, and the bar that it is held to: told, never asserted.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace podmeter::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::string over{};             // what it is compared with
  std::optional<double> ratio{};  // to that; none where there is nothing to compare with
  std::string bar{};              // as DESIGN.md's "How fast" has it; empty where it has none
  std::optional<bool> met{};
};

using Figures = std::vector<Figure>;

// For people: columns, one figure a line, a last one that counts the bars.
std::string to_table(const Figures& figures);
// For programs: one JSON object a line.
std::string to_json_lines(const Figures& figures);

}  // namespace podmeter::bench
