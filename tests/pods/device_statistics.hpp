// SPDX-License-Identifier: Apache-2.0
// The counters that the kernel keeps of an interface.
#pragma once

#include <cstdint>

#include "bpf/base/result.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// An interface's own statistics (rtnetlink, IFLA_STATS64): skbs, and their bytes with the link-layer header.
struct DeviceStatistics {
  std::uint64_t sent_packets = 0, sent_bytes = 0, received_packets = 0, received_bytes = 0;
};
Result<DeviceStatistics> statistics_of(const NetNs& netns, std::uint32_t ifindex);

}  // namespace podmeter::tests
