// SPDX-License-Identifier: Apache-2.0
#include "tests/checks/datagrams.hpp"

#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kPayload = 100, kHeaders = 28;  // IPv4 and UDP

}  // namespace

void send_datagrams(const Pod& pod, int count) {
  const Endpoint inside{"198.51.100.1", 9000}, outside{"198.51.100.2", 9000};
  const auto sender = must(UdpSocket::open(pod.netns, inside));
  const auto receiver = must(UdpSocket::open(pod.host, outside));
  for (int i = 0; i < count; i++) {
    must(sender.send(kPayload, outside));
    must(receiver.receive());
  }
}

pm_counters datagrams_counted(std::uint64_t count) {
  return plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, (kPayload + kHeaders) * count, count});
}

}  // namespace podmeter::tests
