// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/second_hop.hpp"

#include <fstream>

#include "tests/pods/interface.hpp"

namespace podmeter::tests {
namespace {

Result<void> write_setting(const std::string& name, int value) {
  std::ofstream file("/proc/sys/net/" + name);
  file << value << std::flush;
  return file ? Result<void>() : system_error("set '" + name + "'");
}

// Before there are interfaces, which take the settings over.
Result<void> let_pass(const NetNs& router) {
  const auto inside = router.enter();
  if (!inside)
    return inside.error();
  for (const auto& [name, value] :
       {std::pair("ipv4/ip_forward", 1), std::pair("ipv6/conf/all/forwarding", 1),
        std::pair("ipv4/conf/all/rp_filter", 0), std::pair("ipv4/conf/default/rp_filter", 0)})
    if (auto set = write_setting(name, value); !set)
      return set;
  return {};
}

Result<void> add_routes(const SecondHop& hop) {
  struct Wanted {
    const NetNs* netns;
    const char *prefix, *gateway;
  };
  for (const auto& [netns, prefix, gateway] :
       {Wanted{&hop.pod, "203.0.113.0/24", "198.51.100.1"}, Wanted{&hop.pod, "2001:db8:2::/64", "2001:db8:1::1"},
        Wanted{&hop.far, "198.51.100.0/24", "203.0.113.1"}, Wanted{&hop.far, "2001:db8:1::/64", "2001:db8:2::1"}})
    if (auto added = add_route(*netns, prefix, gateway); !added)
      return added;
  return {};
}

Result<void> cut_and_merge(const SecondHop& hop) {
  struct Wanted {
    const NetNs* netns;
    const char* interface;
    Offload offload;
    Switch to;
  };
  for (const auto& [netns, interface, offload, to] :
       {Wanted{&hop.far, "eth0", Offload::kChecksum, Switch::kOff},
        Wanted{&hop.far, "eth0", Offload::kSegmentation, Switch::kOff},
        Wanted{&hop.far, "eth0", Offload::kMerging, Switch::kOff},
        Wanted{&hop.router, "r1", Offload::kChecksum, Switch::kOff},
        Wanted{&hop.router, "r1", Offload::kSegmentation, Switch::kOff},
        Wanted{&hop.router, "r1", Offload::kMerging, Switch::kOff},
        Wanted{&hop.router, "r0", Offload::kMerging, Switch::kOff},
        // veth merges only what comes from a device that doesn't segment (veth_skb_is_eligible_for_gro).
        Wanted{&hop.router, "r0", Offload::kSegmentation, Switch::kOff},
        Wanted{&hop.pod, "eth0", Offload::kMerging, Switch::kOn}})
    if (auto set = set_offload(*netns, interface, offload, to); !set)
      return set;
  return {};
}

Result<void> join(SecondHop& hop, SecondHop::Crossing crossing) {
  const VethEnd ends[] = {{&hop.router, "r0", {"198.51.100.1/24", "2001:db8:1::1/64"}},
                          {&hop.pod, "eth0", {"198.51.100.2/24", "2001:db8:1::2/64"}},
                          {&hop.far, "eth0", {"203.0.113.2/24", "2001:db8:2::2/64"}},
                          {&hop.router, "r1", {"203.0.113.1/24", "2001:db8:2::1/64"}}};
  auto near = make_veth(ends[0], ends[1], hop.mtu);
  if (!near)
    return near.error();
  auto wire = make_veth(ends[2], ends[3], hop.mtu);
  if (!wire)
    return wire.error();
  hop.near = *near;
  hop.wire = *wire;
  if (crossing == SecondHop::Crossing::kBridged)
    return add_bridge(hop.router, {near->ifindex[0], wire->ifindex[1]});
  return add_routes(hop);
}

}  // namespace

Result<SecondHop> SecondHop::create(unsigned mtu, Crossing crossing) {
  auto pod = NetNs::create(), router = NetNs::create(), far = NetNs::create();
  for (const auto* made : {&pod, &router, &far})
    if (!*made)
      return made->error();
  SecondHop hop{std::move(*pod), std::move(*router), std::move(*far), {}, {}, mtu};
  if (auto open = let_pass(hop.router); !open)
    return open.error();
  if (auto joined = join(hop, crossing); !joined)
    return joined.error();
  if (auto set = cut_and_merge(hop); !set)
    return set.error();
  return hop;
}

}  // namespace podmeter::tests
