// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "bpf/reading/tree_reading.hpp"
#include "tests/runtime/containers.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

void check_counts(const Reading& reading, const Life& life) {
  CHECK(reading.state == (life.is_over ? MeterState::kEnded : MeterState::kLive));
  for (const auto direction : kDirections) {
    pm_count counted{};
    for (const auto& scope : reading.counters.of[direction]) {
      counted.bytes += scope.bytes;
      counted.packets += scope.packets;
    }
    CHECK(counted.bytes == life.talk.wire(direction).bytes);
    CHECK(counted.packets == life.talk.wire(direction).packets);
    CHECK(reading.counters.of[direction][PM_SCOPE_OTHER].packets == 0);
  }
}

}  // namespace

void check_lives(const PinTree& tree, const std::vector<PortLives>& ports) {
  const auto walked = must(walk(tree));
  CHECK(walked.broken.empty());
  std::multimap<std::string, Reading> readings;
  for (const auto& reading : walked.readings)
    readings.emplace(reading.identity.attachment.container_id + '/' + reading.identity.attachment.interface, reading);
  for (const auto& port : ports)
    for (const auto& life : port) {
      INFO(life.name());
      REQUIRE(readings.count(life.name()) == 1);
      check_counts(readings.extract(life.name()).mapped(), life);
    }
  CHECK(readings.empty());
}

}  // namespace podmeter::tests
