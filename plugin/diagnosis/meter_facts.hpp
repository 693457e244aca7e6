// SPDX-License-Identifier: Apache-2.0
// The facts of one look at a live meter: where its pod's namespace and interface are, and whether it is attached.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// The whereabouts of a meter's network namespace, and of its interface in there.
enum class Whereabouts : std::uint8_t {
  kUnknown,  // no path leads there
  kGone,     // the namespace, or the interface in it, is gone
  kHere,     // `netns` leads there, and the interface is in it
  kMoved,    // `netns` leads there; the interface is in another namespace, and its links with it
};

struct MeterFacts {
  MeterDir dir;
  Identity identity;
  Whereabouts whereabouts = Whereabouts::kUnknown;
  SameNamespace same = SameNamespace::kUnknown;  // as the one that the meter was made in
  std::string netns{};                           // the path; empty where none leads there
  std::uint64_t netns_cookie = 0;                // of the namespace there
  HookPlace links{};                             // where both are nowhere, that; unknown of filters
  std::optional<Interface> interface {};         // where kHere
  std::string detached{};                        // why the meter isn't whole on it; empty where it is
};

// The live meter of that name in the tree.
Result<Identity> identity_of(const PinTree& tree, const std::string& name);

// Told the facts, in the pod's network namespace where that is there.
using Conclude = std::function<Metered(const MeterFacts&)>;

// Looks at a meter. `netns` is where the namespace may be, besides the path that the meter was made with.
Result<MeterFacts, Failure> look_at_meter(const PinTree& tree, const std::string& name, const std::string& netns,
                                          const Conclude& conclude);

}  // namespace podmeter
