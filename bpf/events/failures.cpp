// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/failures.hpp"

#include <algorithm>

#include "bpf/events/event_counts.hpp"

namespace podmeter {
namespace {

constexpr std::size_t kReasons = 32;

TallyPin tally(const std::string& pin) {
  return {pin, "podmeter_fails", sizeof(FailureCounts) / sizeof(std::uint64_t)};
}

}  // namespace

Result<void> record_failure(const std::string& pin, FailureCommand command, FailureReason reason) {
  return add_to(tally(pin), static_cast<std::size_t>(command) * kReasons + static_cast<std::size_t>(reason), 1);
}

Result<FailureCounts> read_failures(const std::string& pin) {
  const auto read = read_tally(tally(pin));
  if (!read)
    return read.error().in("failures");
  FailureCounts counts{};
  std::ranges::copy(*read, &counts.of[0][0]);
  return counts;
}

}  // namespace podmeter
