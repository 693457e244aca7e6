// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bpf/audit.hpp"
#include "bpf/identity.hpp"
#include "bpf/pin_tree.hpp"
#include "bpf/result.hpp"
#include "plugin/interface.hpp"

namespace podmeter {

// Compares a meter with its interface's statistics, and sees whether it is attached and comes first. In the pod's
// network namespace. `before` is what was seen before.
Result<Audit> audit_meter(const MeterDir& dir, const Identity& identity, const Interface& interface,
                          const Audit& before);

}  // namespace podmeter
