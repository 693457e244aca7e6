// SPDX-License-Identifier: Apache-2.0
// What went wrong in the plugin, counted in bpffs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/events/event_counts.hpp"

namespace podmeter {

// Order is ABI: an index into the map's value. New ones go at the end.
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

// The map's one value; room for reasons and commands to come.
struct FailureCounts {
  std::uint64_t of[16][32];
};
static_assert(sizeof(FailureCounts) == 4096);

// Where they are pinned, for who records them.
EventCountsPin failures_pin(const std::string& path);
std::size_t failure_index(FailureCommand command, FailureReason reason);
// ENOENT where nothing failed yet.
Result<FailureCounts> read_failures(const std::string& pin);

}  // namespace podmeter
