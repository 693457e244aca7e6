// SPDX-License-Identifier: Apache-2.0
// The traffic over an interface between a pod's and other addresses, told by each packet's own IP header: the truth
// that a meter is compared with. Shares nothing with the meter's code.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "tests/pods/net_ns.hpp"
#include "tests/scopes/registry.hpp"

namespace podmeter::tests {

struct Flow {
  Address pod, far;
};

// As seen from the pod: egress is what comes from its address.
struct Traffic {
  std::array<pm_count, PM_DIRECTIONS> of{};
  std::uint64_t longest = 0;  // bytes of the longest IP packet
};

class Capture {
 public:
  // From here on whole frames are kept for read(), incoming and outgoing, up to some 100 MB with what the kernel adds.
  static Result<Capture> open(const NetNs& netns, std::uint32_t ifindex, std::vector<Flow> flows);

  // All since open(). An error where the kernel dropped a frame, or one is longer or shorter than it says.
  Result<Traffic> read();

 private:
  Capture(Fd fd, std::vector<Flow> flows) : fd_(std::move(fd)), flows_(std::move(flows)) {}
  Result<void> add(const std::uint8_t* frame, std::size_t size, std::size_t held);
  [[nodiscard]] Result<void> check_drops() const;

  Fd fd_;
  std::vector<Flow> flows_;
  Traffic traffic_;
};

}  // namespace podmeter::tests
