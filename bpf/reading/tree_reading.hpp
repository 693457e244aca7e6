// SPDX-License-Identifier: Apache-2.0
// One pass over every meter in the tree, live and ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/reading/meter_reading.hpp"
#include "bpf/reading/totals.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {

enum class BrokenPart : std::uint8_t { kName, kIdentity, kCounters };

// A meter's directory that can't be read, and the part that is at fault.
struct BrokenMeter {
  std::string path;
  BrokenPart part = BrokenPart::kName;
  Error error;
  std::optional<TotalKey> key{};  // none where the identity can't be read
};

struct Walk {
  std::vector<Reading> readings;
  std::vector<BrokenMeter> broken;
  ScopeNames scopes = built_in_names();  // of the readings' slots; none where they can't be read
  std::optional<Error> scopes_error{};
  Totals totals{};
  std::vector<BrokenRecord> broken_records{};
  std::optional<Error> totals_error{};  // the records can't be listed
};

// A meter that ends during the walk is read once, and one that is folded into the totals is known for it; one that
// vanishes is passed over; a broken one doesn't stop the rest. A tree that doesn't exist has no meters. Fails where a
// directory of the tree can't be listed.
Result<Walk> walk(const PinTree& tree);

}  // namespace podmeter
