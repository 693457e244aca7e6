// SPDX-License-Identifier: Apache-2.0
#include "plugin/meter_audit.hpp"

#include <linux/if_ether.h>
#include <unistd.h>

#include "bpf/attached.hpp"
#include "bpf/counters.hpp"

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

bool has_unaccounted(const Audit& audit) {
  return audit[PM_EGRESS].unaccounted_bytes + audit[PM_INGRESS].unaccounted_bytes != 0;
}

MeterFault fault_of(const MeterDir& dir, const Interface& interface, pm_direction direction,
                    const std::string& attach) {
  if (!check_attached(dir, interface.index, direction, attach))
    return MeterFault::kDetached;
  return check_first(dir, interface.index, direction, attach) ? MeterFault::kNone : MeterFault::kPreceded;
}

}  // namespace

Result<Audit> audit_meter(const MeterDir& dir, const Identity& identity, const Interface& interface) {
  Audit audit;
  for (int tries = 0; identity.device && tries < 2; tries++) {
    if (auto compared = compare(dir, *identity.device, interface, audit); !compared)
      return compared.error();
    if (!has_unaccounted(audit))
      break;
    ::usleep(tries == 0 ? kOnTheirWay : 0);
  }
  for (const auto direction : kDirections)
    audit[direction].fault = fault_of(dir, interface, direction, identity.attach);
  return audit;
}

}  // namespace podmeter
