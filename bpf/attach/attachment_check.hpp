// SPDX-License-Identifier: Apache-2.0
// A pinned meter and the interface that it counts on.
#pragma once

#include <cstdint>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Whether both directions of the meter pinned in `dir` are in place on interface `ifindex` of the calling thread's
// network namespace, with the programs pinned beside them. `attach` is the identity's. The error names what is missing.
Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach);

// The same of one direction.
Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                            std::string_view attach);
// Whether nobody's program runs before the meter's there: it could keep packets from it.
Result<void> check_first(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction, std::string_view attach);
// Where a pinned tcx link is.
struct LinkPlace {
  std::uint32_t ifindex = 0;  // 0 where there is no link, or its interface is gone
  bool is_elsewhere = false;  // on an interface of another network namespace than the calling thread's
};
Result<LinkPlace> place_of_link(const std::string& pin, pm_direction direction);

// Removes the meter's clsact filters from that interface. What is gone is no error; a filter with another program than
// the meter's is left alone.
Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex);

}  // namespace podmeter
