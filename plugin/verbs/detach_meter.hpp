// SPDX-License-Identifier: Apache-2.0
// Takes a meter's programs off their hooks, wherever those are, before the pins go that they are known by.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/tree/pin_tree.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// The meaning of a network namespace's path that leads nowhere.
enum class PathGone : std::uint8_t {
  kEnded,    // the runtime asks, whose path it is: it has ended
  kMayHide,  // it has ended where this process would see it (netns_has_ended); else that isn't known, a failure
};

// Detaches the meter pinned in `dir`, of attachment name `name`: its links, and its filters in the network namespace at
// `netns` (may be empty) and in the one that its identity names. In each it looks at the interface of the identity's
// number and at the one that has the attachment's name now. Programs that are gone need no detaching. It fails if it
// can't enter a namespace or ask for an interface: then the pins have to stay.
Metered detach_meter(const MeterDir& dir, const std::string& name, const std::string& netns, PathGone gone);

}  // namespace podmeter
