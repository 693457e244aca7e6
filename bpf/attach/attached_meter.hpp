// SPDX-License-Identifier: Apache-2.0
// A meter pinned in `dir`, and the interface that it is attached to, by whatever hook.
#pragma once

#include <cstdint>

#include "bpf/attach/hook.hpp"
#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Asks whether both directions are attached to interface `ifindex` of the calling thread's network namespace, with the
// programs pinned beside them; of two that are not, egress is told.
Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, Attach attach);
// The same of one direction.
Result<AttachedAnswer> check_attached(const MeterDir& dir, HookPoint at, Attach attach);
// Asks about a direction that is attached. ENOENT where it isn't any more.
Result<OrderAnswer> check_first(const MeterDir& dir, HookPoint at, Attach attach);

// Detaches all that the meter's pins hold (HeldBy::kLink), wherever it is.
Result<void> detach_links(const MeterDir& dir);
// Detaches all that no pin holds (HeldBy::kFilter) from that interface of the calling thread's network namespace.
Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex);

}  // namespace podmeter
