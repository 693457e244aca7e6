// SPDX-License-Identifier: Apache-2.0
// Counts what happens in a tree. Each call makes and pins the map where there is none; mode and group of the pin are
// the caller's to set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/events/failures.hpp"
#include "bpf/events/repairs.hpp"

namespace podmeter {

Result<void> record_failure(const std::string& pin, FailureCommand command, FailureReason reason);
Result<void> record_repair(const std::string& pin, Repair repair);
// Ended meters that went into the totals before their retention was over.
Result<void> record_evicted(const std::string& pin, std::size_t meters);
// A pass of reconcile that ended at that time, in nanoseconds since 1970.
Result<void> record_reconcile(const std::string& pin, std::int64_t now_ns);

}  // namespace podmeter
