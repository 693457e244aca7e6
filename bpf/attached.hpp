// SPDX-License-Identifier: Apache-2.0
// A pinned meter and the interface that it counts on.
#pragma once

#include <cstdint>
#include <string_view>

#include "bpf/pin_tree.hpp"
#include "bpf/result.hpp"

namespace podmeter {

// Whether both directions of the meter pinned in `dir` are in place on interface `ifindex` of the calling thread's
// network namespace, with the programs pinned beside them. `attach` is the identity's. The error names what is missing.
Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach);

// The same of one direction.
Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                            std::string_view attach);
// Whether nobody's program runs before the meter's there: it could keep packets from it.
Result<void> check_first(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction, std::string_view attach);
// The number of the interface that the meter's links are on, in whatever namespace that is. 0 where there is no link,
// or its interface is gone.
Result<std::uint32_t> linked_interface(const MeterDir& dir);

// Removes the meter's clsact filters from that interface. What is gone is no error; a filter with another program than
// the meter's is left alone.
Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex);

}  // namespace podmeter
