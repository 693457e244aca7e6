// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "bpf/reading/tree_reading.hpp"
#include "tests/runtime/containers.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

void check_counts(const MeterReading& meter, const Container& container) {
  CHECK(meter.state == (container.is_removed ? MeterState::kEnded : MeterState::kLive));
  for (const auto direction : kDirections) {
    pm_count counted{};
    for (const auto& scope : meter.counters.of[direction]) {
      counted.bytes += scope.bytes;
      counted.packets += scope.packets;
    }
    CHECK(counted.bytes == container.datagrams.wire(direction).bytes);
    CHECK(counted.packets == container.datagrams.wire(direction).packets);
    CHECK(meter.counters.of[direction][PM_SCOPE_OTHER].packets == 0);
  }
}

}  // namespace

void check_containers(const PinTree& tree, const std::vector<PortContainers>& ports) {
  const auto reading = read_tree(tree);
  CHECK(reading.problems.empty());
  std::multimap<std::string, MeterReading> meters;
  for (const auto& meter : reading.meters)
    meters.emplace(meter.identity.attachment.container_id + '/' + meter.identity.attachment.interface, meter);
  for (const auto& port : ports)
    for (const auto& container : port) {
      INFO(container.name());
      REQUIRE(meters.count(container.name()) == 1);
      check_counts(meters.extract(container.name()).mapped(), container);
    }
  CHECK(meters.empty());
}

}  // namespace podmeter::tests
