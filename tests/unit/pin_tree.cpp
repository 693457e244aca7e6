// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/pin_tree.hpp"

#include <set>

#include "tests/support/catch.hpp"

namespace podmeter::tests {

TEST_CASE("the tree in bpffs is laid out as documented, below the version of the ABI") {
  const PinTree tree("/pins");
  CHECK(tree.root() == "/pins");
  CHECK(tree.version_dir() == "/pins/v1");
  CHECK(tree.failures() == "/pins/v1/failures");
  CHECK(tree.making("a+eth0").path() == "/pins/v1/making/a+eth0");
  CHECK(tree.live("a+eth0").path() == "/pins/v1/meters/a+eth0");
  CHECK(tree.ended("a+eth0+7").path() == "/pins/v1/ended/a+eth0+7");
  CHECK(std::string(kDefaultPinRoot) == "/sys/fs/bpf/podmeter");
}

TEST_CASE("every pin of a meter has a path of its own, and none holds a dot") {
  const MeterDir dir("/pins/v1/meters/a+eth0");
  const std::set<std::string> pins = {dir.counters(),          dir.identity(),      dir.program(PM_EGRESS),
                                      dir.program(PM_INGRESS), dir.link(PM_EGRESS), dir.link(PM_INGRESS)};
  CHECK(pins.size() == 6);
  for (const auto& pin : pins) {
    CHECK(pin.rfind(dir.path() + '/', 0) == 0);
    CHECK(pin.find('.') == std::string::npos);
    CHECK(pin.find('/', dir.path().size() + 1) == std::string::npos);
  }
}

TEST_CASE("directions are named from the pod's side") {
  CHECK(direction_name(PM_EGRESS) == "egress");
  CHECK(direction_name(PM_INGRESS) == "ingress");
}

}  // namespace podmeter::tests
