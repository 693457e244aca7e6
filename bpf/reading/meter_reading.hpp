// SPDX-License-Identifier: Apache-2.0
// One meter as it was read.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bpf/kernel/abi.h"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"

namespace podmeter {

enum class MeterState : std::uint8_t { kLive, kEnded };
// "live" or "ended", as in labels and output.
std::string_view state_name(MeterState state);

struct MeterReading {
  Identity identity;
  MeterState state = MeterState::kLive;
  pm_counters counters{};
  bool is_folded = false;        // a total's record holds these counts already
  std::optional<Audit> audit{};  // none where nobody looked yet
};

}  // namespace podmeter
