// SPDX-License-Identifier: Apache-2.0
// Prometheus' text format 0.0.4, read strictly: a second opinion on what the collector writes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace podmeter::fuzz {

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

// Ends the run where the text is not what the format says, a family has no HELP and TYPE before its samples, or a
// series is there twice.
std::vector<Sample> read_exposition(std::string_view text);

}  // namespace podmeter::fuzz
