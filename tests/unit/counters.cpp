// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/counters.hpp"

#include "tests/support/catch.hpp"

namespace podmeter::tests {

TEST_CASE("counters add up over CPUs, slot by slot, in 64 bits") {
  std::vector<pm_counters> cpus(3);
  std::uint64_t mark = 1;
  for (auto& cpu : cpus)
    for (auto& direction : cpu.of)
      for (auto& count : direction)
        count = {mark++ << 40, mark++};
  const auto total = sum(cpus);
  for (int direction = 0; direction < PM_DIRECTIONS; direction++)
    for (int scope = 0; scope < PM_SCOPES; scope++) {
      std::uint64_t bytes = 0, packets = 0;
      for (const auto& cpu : cpus) {
        bytes += cpu.of[direction][scope].bytes;
        packets += cpu.of[direction][scope].packets;
      }
      CHECK(total.of[direction][scope].bytes == bytes);
      CHECK(total.of[direction][scope].packets == packets);
    }
}

TEST_CASE("a sum over no CPU is zero") {
  const auto total = sum({});
  for (const auto& direction : total.of)
    for (const auto& count : direction) {
      CHECK(count.bytes == 0);
      CHECK(count.packets == 0);
    }
}

TEST_CASE("a slot holds counts where it has a byte or a packet in either direction") {
  pm_counters counters{};
  CHECK_FALSE(holds_counts(counters, 3));
  counters.of[PM_INGRESS][3].packets = 1;
  CHECK(holds_counts(counters, 3));
  counters.of[PM_INGRESS][3] = {};
  counters.of[PM_EGRESS][3].bytes = 1;
  CHECK(holds_counts(counters, 3));
  CHECK_FALSE(holds_counts(counters, 4));
}

}  // namespace podmeter::tests
