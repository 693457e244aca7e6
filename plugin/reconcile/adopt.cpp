// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/adopt.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_name.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/verbs/pod_identity.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

// An attachment whose meter has just ended is on its way out.
constexpr std::int64_t kJustEnded = 60'000'000'000;

// An interface, whatever path leads to its namespace.
struct Place {
  std::uint64_t netns_cookie = 0;
  std::uint32_t ifindex = 0;

  bool operator<(const Place& other) const {
    return std::tie(netns_cookie, ifindex) < std::tie(other.netns_cookie, other.ifindex);
  }
};

// What needs no meter.
struct Known {
  std::set<std::string> names;  // of attachments
  std::set<Place> places;
};

Result<Known> find_known(const PinTree& tree) {
  Known known;
  for (const auto& dir : {tree.making_dir(), tree.live_dir()}) {
    const auto names = list_directory(dir);
    if (!names && !is_gone(names.error()))
      return names.error();
    if (names)
      known.names.insert(names->begin(), names->end());
  }
  for (const auto& name : known.names)
    if (const auto identity = read_identity(tree.live(name).identity()))
      known.places.insert({identity->netns_cookie, identity->ifindex});
  const auto ended = list_directory(tree.ended_dir());
  if (!ended && !is_gone(ended.error()))
    return ended.error();
  for (const auto& name : ended ? *ended : std::vector<std::string>())
    if (const auto meter = decode_ended(name); meter && boot_clock_ns() - meter->ended_ns < kJustEnded)
      known.names.insert(name.substr(0, name.rfind('+')));
  return known;
}

// Nothing where the pod is gone, or half gone, or its interface has a meter: the cache may be of a pod that was there
// before.
bool needs_meter(const Request& cached, const Known& known) {
  const auto there = in_netns(cached.netns, [&] {
    const auto interface = find_interface(cached.attachment.interface);
    const auto cookie = netns_cookie();
    return interface && cookie && !known.places.contains({*cookie, interface->index});
  });
  return there && *there;
}

void adopt(const Adoption& adoption, const CniNetwork& network, const Request& cached) {
  const NamedPod named = name_pod(cached, network.read.settings);
  adoption.repairs.make({Repair::kAdopt, subject_of(cached.attachment), "it ran without a meter"}, [&] {
    const auto& [tree, settings, readers, log] = adoption.context;
    const auto added = add({tree, network.read.settings, readers, log}, cached, named.identity);
    return added ? Repaired(true) : added.error();
  });
}

}  // namespace

void adopt_all(const Adoption& adoption, const CniCache& cache) {
  const auto known = find_known(adoption.context.tree);
  if (!known)
    return adoption.repairs.fail("adoption", {FailureReason::kBpffs, known.error()});
  for (const auto& cached : cache.attachments) {
    const auto network = std::ranges::find(adoption.networks, cached.network, &CniNetwork::name);
    const auto name = encode_name(cached.attachment);
    if (network != adoption.networks.end() && name && !known->names.contains(*name) && needs_meter(cached, *known))
      adopt(adoption, *network, cached);
  }
}

}  // namespace podmeter
