// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attached_meter.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

Metered check_in_netns(const Request& request, const MeterDir& live, const Identity& identity) {
  const auto interface = find_interface(request.attachment.interface);
  if (!interface)
    return Failure{FailureReason::kInterface, interface.error()};
  const auto cookie = netns_cookie();
  if (!cookie)
    return Failure{FailureReason::kNetns, cookie.error()};
  if (compare_cookies(identity.netns_cookie, *cookie) == SameNamespace::kNo)
    return Failure{FailureReason::kAttach, {"meter '" + live.path() + "' is of another network namespace"}};
  const auto attached = check_attached(live, interface->index, identity.attach);
  if (!attached)
    return Failure{FailureReason::kAttach, attached.error()};
  if (attached->state != Attached::kWhole)
    return Failure{FailureReason::kAttach, {attached->why}};
  for (const auto direction : kDirections) {
    const auto first = check_first(live, {interface->index, direction}, identity.attach);
    if (!first)
      return Failure{FailureReason::kAttach, first.error()};
    if (first->order == Order::kPreceded)
      return Failure{FailureReason::kAttach, {first->why}};
  }
  return {};
}

}  // namespace

Metered check(const Context& context, const Request& request) {
  const auto name = encode_name(request.attachment);
  if (!name)
    return Failure{FailureReason::kIdentity, name.error()};
  const auto locked =
      LiveMeter::take(context.tree, *name, DirectoryLock::Wait::kYes);  // not while it is being repaired
  if (!locked)
    return Failure{is_gone(locked.error()) ? FailureReason::kIdentity : FailureReason::kBpffs, locked.error()};
  const MeterDir& live = locked->dir();
  const auto identity = read_identity(live.identity());
  if (!identity)
    return Failure{FailureReason::kIdentity, identity.error()};
  if (const auto counters = read_counters(live.counters()); !counters)
    return Failure{FailureReason::kBpffs, counters.error()};
  const auto checked = in_netns(request.netns, [&] { return check_in_netns(request, live, *identity); });
  if (!checked)
    return Failure{FailureReason::kNetns, checked.error()};
  return *checked;
}

}  // namespace podmeter
