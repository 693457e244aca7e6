// SPDX-License-Identifier: Apache-2.0
// A meter held against its interface's own statistics.
#pragma once

#include "bpf/base/result.hpp"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/host/interface.hpp"

namespace podmeter {

// Compares a meter with its interface's statistics, and sees whether it is attached and comes first. In the pod's
// network namespace. `before` is what was seen before.
Result<Audit> audit_meter(const MeterDir& dir, const Identity& identity, const Interface& interface,
                          const Audit& before);

}  // namespace podmeter
