// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/duration.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "bpf/base/printable.hpp"

namespace podmeter {
namespace {

constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
    {"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};

// A unit in nanoseconds; 0 where it is unknown.
std::int64_t unit_of(std::string_view word) {
  for (const auto& [name, nanoseconds] : kUnits)
    if (word == name)
      return nanoseconds;
  return 0;
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(const std::string& text) {
  const Error malformed{"'" + printable(text) + "' is not a duration such as 15m or 1h30m"};
  std::int64_t total = 0;
  if (text.empty())
    return malformed;
  for (std::string_view rest = text; !rest.empty();) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    const std::size_t word = std::min(rest.find_first_of("0123456789-"), rest.size());
    const std::int64_t unit = unit_of(rest.substr(0, word));
    if (parsed.ec != std::errc{} || number < 0 || unit == 0 ||
        number > (std::numeric_limits<std::int64_t>::max() - total) / unit)
      return malformed;
    total += number * unit;
    rest.remove_prefix(word);
  }
  return std::chrono::nanoseconds(total);
}

}  // namespace podmeter
