// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/pod.hpp"

namespace podmeter::tests {

Result<Pod> Pod::create(NetNs::Ipv6Stack ipv6, unsigned mtu) {
  auto pod = NetNs::create(ipv6);
  if (!pod)
    return pod.error();
  return create_in(std::move(*pod), ipv6, mtu);
}

Result<Pod> Pod::create_in(NetNs netns, NetNs::Ipv6Stack ipv6, unsigned mtu) {
  auto host = NetNs::create(ipv6);
  if (!host)
    return host.error();
  VethEnd inside{&netns, "eth0", {"198.51.100.1/24", "10.77.0.1/24"}};
  VethEnd outside{&*host, "pod0", {"198.51.100.2/24", "10.77.0.2/24"}};
  if (ipv6 == NetNs::Ipv6Stack::kOn) {
    inside.addresses.emplace_back("2001:db8::1/64");
    outside.addresses.emplace_back("2001:db8::2/64");
  }
  auto veth = make_veth(inside, outside, mtu);
  if (!veth)
    return veth.error();
  return Pod{std::move(netns), std::move(*host), *veth};
}

}  // namespace podmeter::tests
