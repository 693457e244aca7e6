// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/failures.hpp"

#include <algorithm>
#include <type_traits>

namespace podmeter {

EventCountsPin failures_pin(const std::string& path) {
  return {path, "podmeter_fails", sizeof(FailureCounts) / sizeof(std::uint64_t)};
}

std::size_t failure_index(FailureCommand command, FailureReason reason) {
  return static_cast<std::size_t>(command) * std::extent_v<decltype(FailureCounts::of), 1> +
         static_cast<std::size_t>(reason);
}

Result<FailureCounts> read_failures(const std::string& pin) {
  const auto read = read_event_counts(failures_pin(pin));
  if (!read)
    return read.error().in("failures");
  FailureCounts counts{};
  std::ranges::copy(*read, &counts.of[0][0]);
  return counts;
}

}  // namespace podmeter
