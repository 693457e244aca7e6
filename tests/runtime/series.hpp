// SPDX-License-Identifier: Apache-2.0
// The series of a scrape, and the promises that hold from one scrape to the next.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

// Each sample's value by its name and labels, as they stand in the text.
using Series = std::map<std::string, double, std::less<>>;
Series parse_series(std::string_view exposition);
// The samples of one metric.
Series series_of(const Series& all, std::string_view metric);
double sum_of(const Series& all, std::string_view metric);

// Compares each scrape with all before: no counter falls, and none that has counted is missing.
class SeriesWatch {
 public:
  // Counters of these metrics are watched.
  explicit SeriesWatch(std::vector<std::string> metrics) : metrics_(std::move(metrics)) {}

  Result<void> look(const Series& scrape);

 private:
  [[nodiscard]] static Result<void> compare(const Series& before, const Series& now);

  std::vector<std::string> metrics_;
  std::map<std::string, Series> last_;
};

}  // namespace podmeter::tests
