// SPDX-License-Identifier: Apache-2.0
// A pinned meter and the interface that it counts on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Each answer is a value; an error is a question that could not be asked.
enum class Attached : std::uint8_t {
  kWhole,     // the pinned program runs there
  kDetached,  // nothing runs there, or a pin is missing
  kReplaced,  // another program runs in the place of the pinned one
};
struct AttachedAnswer {
  Attached state = Attached::kWhole;
  std::string why;  // which part, and what is there instead; empty where the meter is whole
};

// Asks whether both directions of the meter pinned in `dir` are attached to interface `ifindex` of the calling thread's
// network namespace, with the programs pinned beside them; of two that are not, egress is told. `attach` is the
// identity's.
Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach);
// The same of one direction.
Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                                      std::string_view attach);

enum class Order : std::uint8_t {
  kFirst,
  kPreceded,  // another program runs before the meter's, and can keep packets from it
};
struct OrderAnswer {
  Order order = Order::kFirst;
  std::string why;  // which program is in front; empty where none is
};
// Of a direction that is attached. ENOENT where it isn't any more.
Result<OrderAnswer> check_first(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                                std::string_view attach);

// Where a pinned tcx link is.
struct LinkPlace {
  enum class Where : std::uint8_t {
    kNowhere,    // there is no link, or its interface is gone
    kHere,       // in the calling thread's network namespace
    kElsewhere,  // in another one
  };
  Where where = Where::kNowhere;
  std::uint32_t ifindex = 0;  // in the namespace where it is
};
Result<LinkPlace> place_of_link(const std::string& pin, pm_direction direction);

// Removes the meter's clsact filters from that interface. What is gone is not an error; a filter with another program
// than the meter's is left alone.
Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex);

}  // namespace podmeter
