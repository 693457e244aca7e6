// SPDX-License-Identifier: Apache-2.0
#include "plugin/diagnosis/meter_audit.hpp"

#include <linux/if_ether.h>
#include <unistd.h>

#include <algorithm>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/tree/counters.hpp"

namespace podmeter {
namespace {

// The interface has counted some packets that are still on their way to the meter.
constexpr useconds_t kOnTheirWay = 20'000;

pm_count sum(const pm_counters& counters, pm_direction direction) {
  pm_count total{};
  for (const auto& [bytes, packets] : counters.of[direction]) {
    total.bytes += bytes;
    total.packets += packets;
  }
  return total;
}

Result<void> compare(const MeterDir& dir, const DeviceCounts& then, const Interface& interface, Audit& audit) {
  const auto counters = read_counters(dir.counters());
  if (!counters)
    return counters.error();
  const std::uint64_t header = interface.link_layer == LinkLayer::kEthernet ? ETH_HLEN : 0;
  for (const auto direction : kDirections)
    audit[direction].unaccounted_bytes =
        unaccounted(then.of[direction], interface.device.of[direction], sum(*counters, direction), header);
  return {};
}

bool is_more(const Audit& now, const Audit& before) {
  return std::ranges::any_of(kDirections, [&](pm_direction direction) {
    return now[direction].unaccounted_bytes > before[direction].unaccounted_bytes;
  });
}

// A question that could not be asked is an error, not a fault.
Result<MeterFault> fault_of(const MeterDir& dir, HookPoint at, Attach attach) {
  const auto attached = check_attached(dir, at, attach);
  if (!attached)
    return attached.error();
  if (attached->state != Attached::kWhole)
    return MeterFault::kDetached;
  const auto first = check_first(dir, at, attach);
  if (!first)
    return first.error();
  return first->order == Order::kPreceded ? MeterFault::kPreceded : MeterFault::kNone;
}

}  // namespace

Result<Audit> audit_meter(const MeterDir& dir, const Identity& identity, const Interface& interface,
                          const Audit& before) {
  Audit audit;
  if (identity.device) {
    auto compared = compare(dir, *identity.device, interface, audit);
    if (compared && is_more(audit, before)) {
      ::usleep(kOnTheirWay);
      compared = compare(dir, *identity.device, interface, audit);
    }
    if (!compared)
      return compared.error();
  }
  for (const auto direction : kDirections) {
    const auto fault = fault_of(dir, {interface.index, direction}, identity.attach);
    if (!fault)
      return fault.error();
    audit[direction].fault = *fault;
  }
  return audit;
}

}  // namespace podmeter
