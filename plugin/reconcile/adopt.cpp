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

// The attachments and places that need no meter.
struct Known {
  std::set<std::string> names;  // of attachments
  std::set<Place> places;
};

Result<Known> find_known(const PinTree& tree) {
  Known known;
  for (const auto& dir : {tree.making_dir(), tree.live_dir()}) {
    const auto names = list_if_exists(dir);
    if (!names)
      return names.error();
    known.names.insert(names->begin(), names->end());
  }
  for (const auto& name : known.names)
    if (const auto identity = read_identity(tree.live(name).identity()))
      known.places.insert({identity->netns_cookie, identity->ifindex});
  const auto ended = list_if_exists(tree.ended_dir());
  if (!ended)
    return ended.error();
  for (const auto& name : *ended)
    if (const auto meter = decode_ended(name); meter && boot_clock_ns() - meter->ended_ns < kJustEnded)
      known.names.insert(name.substr(0, name.rfind('+')));
  return known;
}

// Not where the pod is gone, or half gone, or its interface has a meter: the cache may be of a pod that was there
// before.
bool is_candidate(const Request& cached, const Known& known) {
  const auto name = encode_name(cached.attachment);
  if (!name || known.names.contains(*name))
    return false;
  const auto there = in_netns(cached.netns, [&] {
    const auto interface = find_interface(cached.attachment.interface);
    const auto cookie = netns_cookie();
    return interface && cookie && !known.places.contains({*cookie, interface->index});
  });
  return there && *there;
}

// Another reconcile, or an ADD, may have been faster.
Repaired adopt(const Context& context, const Request& cached, const Identity& pod) {
  const auto known = find_known(context.tree);
  if (!known)
    return Failure{FailureReason::kBpffs, known.error()};
  if (!is_candidate(cached, *known))
    return Repairing::kNotNeeded;
  const auto added = add(context, cached, pod);
  return added ? Repaired(Repairing::kMade) : added.error();
}

}  // namespace

void adopt_all(const Context& context, const std::vector<CniNetwork>& networks, const CniCache& cache,
               RepairsMade& repairs) {
  const auto known = find_known(context.tree);
  if (!known)
    return repairs.fail("pods without a meter", {FailureReason::kBpffs, known.error()});
  for (const auto& cached : cache.attachments) {
    const auto network = std::ranges::find(networks, cached.network, &CniNetwork::name);
    if (network == networks.end() || !is_candidate(cached, *known))
      continue;
    const Identity pod = name_pod(cached, network->read.settings).identity;
    const Context own{context.tree, network->read.settings, context.readers, context.log};
    repairs.make({{Repair::kAdopt, subject_of(pod), "not metered before"}, [&] { return adopt(own, cached, pod); }});
  }
}

}  // namespace podmeter
