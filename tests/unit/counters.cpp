// SPDX-License-Identifier: Apache-2.0
#include "bpf/counters.hpp"

#include <set>

#include "tests/catch.hpp"

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

TEST_CASE("each scope in use has a slot and a name of its own, and none takes the free slot") {
  std::set<int> slots;
  std::set<std::string_view> names;
  for (const auto& scope : kScopes) {
    CHECK(scope.slot < PM_SCOPES - 1);
    slots.insert(scope.slot);
    names.insert(scope.name);
  }
  CHECK(slots.size() == std::size(kScopes));
  CHECK(names == std::set<std::string_view>{"public", "private", "other"});
  CHECK(slots.count(PM_SCOPE_OTHER) == 1);
}

}  // namespace podmeter::tests
