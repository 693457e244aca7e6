// SPDX-License-Identifier: Apache-2.0
// What went wrong in the plugin, counted in bpffs: a tally of the tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

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

// The map's one value; room for reasons and commands to come.
struct FailureCounts {
  std::uint64_t of[16][32];
};
static_assert(sizeof(FailureCounts) == 4096);

// Adds one, making and pinning the map where there is none. Mode and group of the pin are the caller's to set.
Result<void> record_failure(const std::string& pin, FailureCommand command, FailureReason reason);
// ENOENT where nothing failed yet.
Result<FailureCounts> read_failures(const std::string& pin);

}  // namespace podmeter
