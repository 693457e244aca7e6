// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/meters.hpp"

#include <bpf/bpf.h>

#include <array>
#include <cstdio>
#include <random>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_name.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/bench/packets.hpp"
#include "tests/bench/test_run.hpp"

namespace podmeter::bench {
namespace {

constexpr std::array<const char*, 6> kNamespaces = {"default",          "kube-system", "shop-production",
                                                    "payments-staging", "monitoring",  "team-recommendations"};
constexpr std::array<const char*, 6> kWorkloads = {
    "checkout-api", "ingress-nginx-controller", "redis", "invoice-renderer", "node-exporter", "feature-store-sync"};
constexpr int kPackets = 1000;

std::string hex(std::mt19937_64& random, std::size_t digits) {
  std::string text;
  while (text.size() < digits) {
    char part[17];
    std::snprintf(part, sizeof(part), "%016llx", static_cast<unsigned long long>(random()));
    text += part;
  }
  return text.substr(0, digits);
}

Identity identity_of(unsigned number) {
  std::mt19937_64 random(number);
  Identity pod;
  pod.attachment = {hex(random, 64), "eth0"};
  pod.meter = hex(random, 16);
  pod.network = "k8s-pod-network";
  pod.pod_namespace = kNamespaces[number % kNamespaces.size()];
  pod.pod = std::string(kWorkloads[number / 6 % kWorkloads.size()]) + '-' + hex(random, 10) + '-' + hex(random, 5);
  pod.uid =
      hex(random, 8) + '-' + hex(random, 4) + "-4" + hex(random, 3) + "-8" + hex(random, 3) + '-' + hex(random, 12);
  pod.attach = Attach::kTcx;
  pod.ifindex = 2;
  pod.netns_cookie = 4096 + number;
  pod.start_ns = wall_clock_ns();
  return pod;
}

Result<void> count_some(const MeterDir& dir) {
  static const auto packets = all_packets();
  for (const auto& packet : packets) {
    const Fd program(bpf_obj_get(dir.program(packet.direction).c_str()));
    if (const auto cost = packet_cost(program.get(), packet.frame, kPackets); !cost)
      return cost.error();
  }
  return {};
}

}  // namespace

Result<void> make_meter(const PinTree& tree, unsigned number, gid_t readers, std::optional<std::uint32_t> ifindex,
                        const ScopeTable& scopes) {
  const Identity pod = identity_of(number);
  const auto name = encode_name(pod.attachment);
  if (!name)
    return name.error();
  auto staging = Staging::open(tree, *name, readers, detach_links);
  if (!staging)
    return staging.error();
  auto meter = Meter::load(LinkLayer::kEthernet, scopes);
  if (!meter)
    return meter.error();
  if (auto pinned = meter->pin(staging->dir()); !pinned)
    return pinned;
  if (ifindex)
    if (const auto attached = meter->attach(*ifindex, Attach::kTcx, staging->dir()); !attached)
      return attached.error();
  if (auto counted = count_some(staging->dir()); !counted)
    return counted;
  if (auto written = write_identity(staging->dir().identity(), pod); !written)
    return written;
  if (auto shared = share_pin(staging->dir().counters(), readers); !shared)
    return shared;
  return staging->commit(tree.live(*name));
}

Result<void> make_meters(const PinTree& tree, unsigned first, unsigned last, gid_t readers, const ScopeTable& scopes) {
  if (auto made = make_tree(tree, readers); !made)
    return made;
  for (unsigned number = first; number < last; number++)
    if (auto made = make_meter(tree, number, readers, {}, scopes); !made)
      return made;
  return {};
}

}  // namespace podmeter::bench
