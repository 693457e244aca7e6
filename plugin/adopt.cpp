// SPDX-License-Identifier: Apache-2.0
#include "plugin/adopt.hpp"

#include <algorithm>
#include <set>

#include "bpf/directory.hpp"
#include "bpf/name.hpp"
#include "plugin/cni_variables.hpp"
#include "plugin/interface.hpp"
#include "plugin/netns.hpp"
#include "plugin/pod.hpp"

namespace podmeter {
namespace {

// The names of all meters' attachments. Ended ones too: their DEL is under way, or came and the cache outlived it.
std::set<std::string> known_names(const PinTree& tree) {
  std::set<std::string> known;
  for (const auto& dir : {tree.making_dir(), tree.live_dir()})
    if (const auto names = list_directory(dir))
      known.insert(names->begin(), names->end());
  for (const auto& dir : {tree.ended_dir(), tree.folding_dir()})
    if (const auto names = list_directory(dir))
      for (const auto& name : *names)
        known.insert(name.substr(0, name.rfind('+')));
  return known;
}

// Where that fails the pod is gone, or half gone.
bool is_there(const Request& cached) {
  const auto there = in_netns(cached.netns, [&] { return find_interface(cached.attachment.interface).has_value(); });
  return there && *there;
}

void adopt(const Adoption& adoption, const CniNetwork& network, const Request& cached) {
  const NamedPod named = name_pod(cached, network.read.settings);
  adoption.repairs.make({Repair::kAdopt, subject_of(cached.attachment), "it ran without a meter"}, [&] {
    Call call{cached, network.read.settings, adoption.call.log, adoption.call.readers};
    return add(call, named.identity);
  });
}

}  // namespace

void adopt_all(const Adoption& adoption, const CniCache& cache) {
  const auto known = known_names(adoption.tree);
  for (const auto& cached : cache.attachments) {
    const auto network = std::ranges::find(adoption.networks, cached.network, &CniNetwork::name);
    const auto name = encode_name(cached.attachment);
    if (network != adoption.networks.end() && name && !known.contains(*name) && is_there(cached))
      adopt(adoption, *network, cached);
  }
}

}  // namespace podmeter
