// SPDX-License-Identifier: Apache-2.0
// Records failures and repairs in a tree. Each call creates and pins the map if needed; the caller sets the pin's mode
// and group.
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
// Ended meters that were removed before their retention was over. Their counts are in the totals.
Result<void> record_evicted(const std::string& pin, std::size_t meters);
// The end of a reconcile pass, in nanoseconds since 1970.
Result<void> record_reconcile(const std::string& pin, std::int64_t now_ns);

}  // namespace podmeter
