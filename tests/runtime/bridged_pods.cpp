// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/bridged_pods.hpp"

#include "tests/runtime/tools.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

std::string mac(std::size_t pod) {
  return "02:00:00:00:88:0" + std::to_string(pod + 1);
}

std::string prefix_length(const std::string& address) {
  return address.find(':') == std::string::npos ? "/24" : "/64";
}

void join(const BridgedPods& bridged, std::size_t pod) {
  const std::string port = "pod" + std::to_string(pod);
  ip(bridged.node, "link add name " + port + " type veth peer name eth0 address " + mac(pod) + " netns " +
                       bridged.pods[pod].path() + "\nlink set " + port + " master br0 up\n");
  std::string lines = "link set lo up\nlink set eth0 arp off up\n";
  for (const auto& route : kPodRoutes) {
    const std::string own = route.address[pod], other = route.address[1 - pod];
    lines += "address add " + own + prefix_length(own) + " dev eth0 nodad\n";
    lines += "neighbour add " + other + " lladdr " + mac(1 - pod) + " dev eth0 nud permanent\n";
  }
  ip(bridged.pods[pod], lines);
}

}  // namespace

BridgedPods BridgedPods::create() {
  BridgedPods bridged{must(NetNs::create(NetNs::Ipv6Stack::kOff)), {must(NetNs::create()), must(NetNs::create())}};
  ip(bridged.node, "link add name br0 type bridge mcast_snooping 0\nlink set br0 up\n");
  join(bridged, 0);
  join(bridged, 1);
  return bridged;
}

}  // namespace podmeter::tests
