// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "bpf/reading/tree_reading.hpp"
#include "tests/runtime/containers.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

void check_counts(const Reading& reading, const Container& container) {
  CHECK(reading.state == (container.is_removed ? MeterState::kEnded : MeterState::kLive));
  for (const auto direction : kDirections) {
    pm_count counted{};
    for (const auto& scope : reading.counters.of[direction]) {
      counted.bytes += scope.bytes;
      counted.packets += scope.packets;
    }
    CHECK(counted.bytes == container.datagrams.wire(direction).bytes);
    CHECK(counted.packets == container.datagrams.wire(direction).packets);
    CHECK(reading.counters.of[direction][PM_SCOPE_OTHER].packets == 0);
  }
}

}  // namespace

void check_containers(const PinTree& tree, const std::vector<PortContainers>& ports) {
  const auto walked = must(walk(tree));
  CHECK(walked.broken.empty());
  std::multimap<std::string, Reading> readings;
  for (const auto& reading : walked.readings)
    readings.emplace(reading.identity.attachment.container_id + '/' + reading.identity.attachment.interface, reading);
  for (const auto& port : ports)
    for (const auto& container : port) {
      INFO(container.name());
      REQUIRE(readings.count(container.name()) == 1);
      check_counts(readings.extract(container.name()).mapped(), container);
    }
  CHECK(readings.empty());
}

}  // namespace podmeter::tests
