// SPDX-License-Identifier: Apache-2.0
// The second opinion: what a packet adds to the counters, written from what is promised and to be read, by one who
// doesn't look at how the BPF program does it.
#pragma once

#include <cstdint>

#include "bpf/scope_table/table_image.hpp"
#include "tests/differential/packet.hpp"
#include "tests/scopes/prefixes_by_length.hpp"

namespace podmeter::tests {

// The counts that a packet adds, and the slot that it adds them to.
struct Tally {
  std::uint32_t slot = PM_SCOPE_OTHER;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 1;

  bool operator==(const Tally&) const = default;
};

class Reference {
 public:
  Reference(const ScopeSet& scopes, ScopeSlots slots) : scopes_(scopes), slots_(std::move(slots)) {}

  [[nodiscard]] Tally count(const Packet& packet) const;

 private:
  PrefixesByLength scopes_;
  ScopeSlots slots_;
};

}  // namespace podmeter::tests
