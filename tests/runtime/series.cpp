// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/series.hpp"

#include <cstdlib>

namespace podmeter::tests {
namespace {

bool is_of(std::string_view sample, std::string_view metric) {
  return sample.starts_with(metric) && (sample.size() == metric.size() || sample[metric.size()] == '{');
}

}  // namespace

Series parse_series(std::string_view exposition) {
  Series all;
  while (!exposition.empty()) {
    const auto end = exposition.find('\n');
    const auto line = exposition.substr(0, end);
    exposition.remove_prefix(end == std::string_view::npos ? exposition.size() : end + 1);
    const auto space = line.rfind(' ');
    if (!line.starts_with('#') && space != std::string_view::npos)
      all[std::string(line.substr(0, space))] = std::strtod(std::string(line.substr(space)).c_str(), nullptr);
  }
  return all;
}

Series series_of(const Series& all, std::string_view metric) {
  Series found;
  for (auto at = all.lower_bound(metric); at != all.end() && at->first.starts_with(metric); ++at)
    if (is_of(at->first, metric))
      found.insert(*at);
  return found;
}

double sum_of(const Series& all, std::string_view metric) {
  double sum = 0;
  for (const auto& [sample, value] : series_of(all, metric))
    sum += value;
  return sum;
}

Result<void> SeriesWatch::look(const Series& scrape) {
  for (const auto& metric : metrics_) {
    auto now = series_of(scrape, metric);
    if (auto compared = compare(last_[metric], now); !compared)
      return compared;
    last_[metric] = std::move(now);
  }
  return {};
}

Result<void> SeriesWatch::compare(const Series& before, const Series& now) {
  for (const auto& [sample, value] : before) {
    const auto found = now.find(sample);
    if (found == now.end() && value > 0)
      return Error{sample + " is missing; it was " + std::to_string(value)};
    if (found != now.end() && found->second < value)
      return Error{sample + " fell from " + std::to_string(value) + " to " + std::to_string(found->second)};
  }
  return {};
}

}  // namespace podmeter::tests
