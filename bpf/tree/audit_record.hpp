// SPDX-License-Identifier: Apache-2.0
// The result of reconcile's last look at a meter in its pod's network namespace. Kept beside the counters as the target
// of a symbolic link.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/identity.hpp"

namespace podmeter {

// A fault of one direction of a meter that wasn't repaired.
enum class MeterFault : std::uint8_t {
  kNone,
  kDetached,  // nothing is counted
  kPreceded,  // another's program runs before ours, and can keep packets from it
  kMoved,     // it counts on an interface that the pod moved to another namespace, where nobody looks
};
// "", "detached", "preceded", "moved", as in labels and texts.
std::string_view fault_name(MeterFault fault);

struct DirectionAudit {
  std::uint64_t unaccounted_bytes = 0;  // that much at least crossed the interface uncounted; see unaccounted()
  MeterFault fault = MeterFault::kNone;

  bool operator==(const DirectionAudit&) const = default;
};
using Audit = std::array<DirectionAudit, PM_DIRECTIONS>;

std::string to_text(const Audit& audit);
Result<Audit> parse_audit(const std::string& text);
// ENOENT where nobody looked yet.
Result<Audit> read_audit(const std::string& path);

// The least number of bytes that the device saw since counting began (`now` less `then`, both its own statistics) and
// the meter did not, headers of `link_header` bytes included: what honest traffic can explain is left out, but for tags
// (VLAN) and padding that the device counts with a frame.
std::uint64_t unaccounted(const pm_count& then, const pm_count& now, const pm_count& counted,
                          std::uint64_t link_header);

}  // namespace podmeter
