// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bpf/identity.hpp"
#include "bpf/pin_tree.hpp"
#include "bpf/result.hpp"
#include "plugin/interface.hpp"

namespace podmeter {

// Compares a meter with its interface's statistics, sees whether it is attached and comes first, and keeps what it saw
// beside the counters. In the pod's network namespace; under the meter's lock.
Result<void> audit_meter(const MeterDir& dir, const Identity& identity, const Interface& interface);

}  // namespace podmeter
