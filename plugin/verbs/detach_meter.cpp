// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/detach_meter.hpp"

#include <optional>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_name.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"

namespace podmeter {
namespace {

// If reconcile found its interface replaced, the filters are on the one that has the name now.
Metered detach_here(const MeterDir& dir, const std::string& name, const std::optional<Identity>& identity) {
  if (identity)
    if (const auto detached = detach_filters(dir, identity->ifindex); !detached)
      return Failure{FailureReason::kAttach, detached.error()};
  const auto attachment = decode_name(name);
  if (!attachment)
    return {};
  const auto ifindex = find_ifindex(attachment->interface);
  if (!ifindex)
    return is_gone(ifindex.error()) ? Metered() : Failure{FailureReason::kInterface, ifindex.error()};
  if (identity && identity->ifindex == *ifindex)
    return {};
  return because(FailureReason::kAttach, detach_filters(dir, *ifindex));
}

Metered detach_in(const std::string& netns, const MeterDir& dir, const std::string& name,
                  const std::optional<Identity>& identity, PathGone gone) {
  const auto detached = in_netns(netns, [&] { return detach_here(dir, name, identity); });
  if (detached)
    return *detached;
  const bool has_ended = is_gone(detached.error()) && (gone == PathGone::kEnded || netns_has_ended(netns));
  return has_ended ? Metered() : Failure{FailureReason::kNetns, detached.error()};
}

}  // namespace

Metered detach_meter(const MeterDir& dir, const std::string& name, const std::string& netns, PathGone gone) {
  if (const auto detached = detach_links(dir); !detached)
    return Failure{FailureReason::kAttach, detached.error()};
  const auto found = find_identity(dir.identity());
  if (!found)
    return Failure{FailureReason::kBpffs, found.error()};
  const auto& identity = *found;
  if (identity && hook_of(identity->attach).held_by() == HeldBy::kLink)
    return {};
  if (!netns.empty())
    if (auto detached = detach_in(netns, dir, name, identity, gone); !detached)
      return detached;
  if (!identity || identity->netns.empty() || identity->netns == netns)
    return {};
  return detach_in(identity->netns, dir, name, identity, gone);
}

}  // namespace podmeter
