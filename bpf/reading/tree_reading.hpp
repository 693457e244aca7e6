// SPDX-License-Identifier: Apache-2.0
// One pass over every meter in the tree, live and ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

enum class MeterState : std::uint8_t { kLive, kEnded };
// "live" or "ended", as in labels and output.
std::string_view state_name(MeterState state);

struct Reading {
  Identity identity;
  MeterState state = MeterState::kLive;
  pm_counters counters{};
  bool is_folded = false;        // the totals hold these counts already
  std::optional<Audit> audit{};  // none where nobody looked yet
};

enum class BrokenPart : std::uint8_t { kName, kIdentity, kCounters };

// A meter's directory that can't be read, and the part that is at fault.
struct BrokenMeter {
  std::string path;
  BrokenPart part = BrokenPart::kName;
  Error error;
};

struct Walk {
  std::vector<Reading> readings;
  std::vector<BrokenMeter> broken;
  ScopeNames scopes = built_in_names();  // of the readings' slots; none where they can't be read
  std::optional<Error> scopes_error{};
  TotalRecords totals{};  // what meters counted that were swept; none where they can't be read
  std::optional<Error> totals_error{};
};

// A meter that ends during the walk is read once, and one that is folded into the totals is known for it; one that
// vanishes is passed over; a broken one doesn't stop the rest. A tree that doesn't exist has no meters. Fails where a
// directory of the tree can't be listed.
Result<Walk> walk(const PinTree& tree);

}  // namespace podmeter
