// SPDX-License-Identifier: Apache-2.0
// Counts of the plugin's failures, by command and reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/events/event_counts.hpp"

namespace podmeter {

// The order is ABI: it is the index into the map's value. New entries go at the end.
inline constexpr std::string_view kFailureCommands[] = {"ADD", "DEL", "CHECK", "GC", "STATUS", "reconcile"};
inline constexpr std::string_view kFailureReasons[] = {"config", "identity", "netns",  "interface",
                                                       "bpffs",  "load",     "attach", "timeout"};

enum class FailureCommand : std::uint8_t { kAdd, kDel, kCheck, kGc, kStatus, kReconcile };
enum class FailureReason : std::uint8_t {
  kConfig,
  kIdentity,
  kNetns,
  kInterface,
  kBpffs,
  kLoad,
  kAttach,
  kTimeout,
};
static_assert(std::size(kFailureReasons) == static_cast<std::size_t>(FailureReason::kTimeout) + 1);
static_assert(std::size(kFailureCommands) == static_cast<std::size_t>(FailureCommand::kReconcile) + 1);
constexpr std::string_view reason_name(FailureReason reason) {
  return kFailureReasons[static_cast<std::size_t>(reason)];
}

// The map's value, with room for more commands and reasons.
struct FailureCounts {
  std::uint64_t of[16][32];
};
static_assert(sizeof(FailureCounts) == 4096);

// For the code that records them.
EventCountsPin failures_pin(const std::string& path);
std::size_t failure_index(FailureCommand command, FailureReason reason);
// ENOENT where no failure was recorded yet.
Result<FailureCounts> read_failures(const std::string& pin);

}  // namespace podmeter
