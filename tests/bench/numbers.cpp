// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/numbers.hpp"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <functional>

namespace podmeter::bench {
namespace {

double median_of_pairs(const std::vector<double>& a, const std::vector<double>& b,
                       const std::function<double(double, double)>& pair) {
  std::vector<double> values(std::min(a.size(), b.size()));
  std::transform(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(values.size()), b.begin(), values.begin(), pair);
  return median(values);
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_difference(const std::vector<double>& a, const std::vector<double>& b) {
  return median_of_pairs(a, b, std::minus<>());
}

double median_ratio(const std::vector<double>& a, const std::vector<double>& b) {
  return median_of_pairs(a, b, std::divides<>());
}

}  // namespace podmeter::bench
