// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/many_pods.hpp"

#include "tests/packets/sockets.hpp"
#include "tests/pods/veth.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint16_t kPort = 9000;
constexpr std::size_t kHeaders = 28;  // IPv4 and UDP

std::string address_of(const Port& port, int end) {
  return "10." + std::to_string(port.pod) + '.' + std::to_string(port.interface) + '.' + std::to_string(end);
}

void wire_up(const ManyPods& many_pods, const Port& port) {
  const std::string far = 'p' + std::to_string(port.pod) + '_' + std::to_string(port.interface);
  must(make_veth({&many_pods.pod(port), port.name(), {address_of(port, 1) + "/24"}},
                 {&many_pods.node, far, {address_of(port, 2) + "/24"}}));
}

Result<void> send(const UdpSocket& from, const UdpSocket& to, const Endpoint& address, int count, std::size_t payload) {
  for (int i = 0; i < count; i++)
    if (auto sent = from.send(payload, address); !sent)
      return sent;
  for (int i = 0; i < count; i++)
    if (const auto received = to.receive(); !received)
      return received.error();
  return {};
}

}  // namespace

ManyPods ManyPods::create(int pods, int interfaces) {
  ManyPods many_pods{must(NetNs::create(NetNs::Ipv6Stack::kOff)), {}};
  for (int pod = 0; pod < pods; pod++) {
    many_pods.pods.push_back(must(NetNs::create(NetNs::Ipv6Stack::kOff)));
    for (int interface = 0; interface < interfaces; interface++)
      wire_up(many_pods, {pod, interface});
  }
  return many_pods;
}

Result<void> Datagrams::pass(const ManyPods& many_pods, const Port& port) const {
  const Endpoint inside{address_of(port, 1), kPort}, outside{address_of(port, 2), kPort};
  const auto pod = UdpSocket::open(many_pods.pod(port), inside);
  const auto node = UdpSocket::open(many_pods.node, outside);
  if (!pod || !node)
    return pod ? node.error() : pod.error();
  if (auto left = send(*pod, *node, outside, out, payload); !left)
    return left;
  return send(*node, *pod, inside, in, payload);
}

pm_count Datagrams::wire(pm_direction direction) const {
  const auto packets = static_cast<std::uint64_t>(direction == PM_EGRESS ? out : in);
  return {packets * (payload + kHeaders), packets};
}

}  // namespace podmeter::tests
