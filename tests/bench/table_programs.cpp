// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/table_programs.hpp"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>

#include <array>
#include <utility>

#include "bpf/attach/tcx_chain.hpp"
#include "destinations.skel.h"
#include "tests/bench/test_run.hpp"

namespace podmeter::bench {
namespace {

using Words = std::array<std::uint32_t, 4>;

constexpr int kRepeat = 20'000;
constexpr std::size_t kSize = 1000;

// In network order, an IPv4 address in the first word.
Words words_of(const Address& address) {
  Words words{};
  const std::size_t size = width(address.family) / 32;
  for (std::size_t i = 0; i < size; i++)
    words[i] = htonl(static_cast<std::uint32_t>(address.bits >> 32 * (size - 1 - i)));
  return words;
}

Result<void> fill_tries(const destinations_bpf& skeleton, const ScopeSet& scopes) {
  for (const auto& each : scopes.prefixes) {
    const auto words = words_of(each.prefix.network);
    const std::array<std::uint32_t, 5> key = {each.prefix.length, words[0], words[1], words[2], words[3]};
    const auto* trie = each.prefix.network.family == Family::kIpv4 ? skeleton.maps.trie4 : skeleton.maps.trie6;
    const auto slot = static_cast<std::uint32_t>(each.scope + 1);
    if (bpf_map_update_elem(bpf_map__fd(trie), key.data(), &slot, BPF_ANY) != 0)
      return system_error("put a prefix into the trie");
  }
  return {};
}

const tests::Frame& frame_of(Family family) {
  using tests::address;
  static const auto ipv4 = tests::PacketBuilder()
                               .ethernet(ETH_P_IP)
                               .ipv4({address("10.77.0.1"), address("203.0.113.1"), IPPROTO_TCP})
                               .tcp(0)
                               .payload(kSize - 40)
                               .build();
  static const auto ipv6 = tests::PacketBuilder()
                               .ethernet(ETH_P_IPV6)
                               .ipv6({address("fd77::1"), address("2001:db8::1"), IPPROTO_TCP})
                               .tcp(0)
                               .payload(kSize - 60)
                               .build();
  return family == Family::kIpv4 ? ipv4 : ipv6;
}

}  // namespace

void TablePrograms::Unload::operator()(destinations_bpf* skeleton) const {
  destinations_bpf::destroy(skeleton);
}

Result<TablePrograms> TablePrograms::load(const ScopeSet& scopes) {
  Skeleton skeleton(destinations_bpf::open());
  if (!skeleton)
    return system_error("open the programs that choose destinations");
  // A program array takes programs of one attach type.
  for (auto* program : {skeleton->progs.send, skeleton->progs.passes, skeleton->progs.trie})
    bpf_program__set_expected_attach_type(program, tcx_type(PM_EGRESS));
  if (const int failed = destinations_bpf::load(skeleton.get()); failed != 0)
    return system_error("load the programs that choose destinations", -failed);
  if (auto filled = fill_tries(*skeleton, scopes); !filled)
    return filled.error();
  const auto table = tests::make_table(scopes);
  if (!table)
    return table.error();
  auto meter = tests::LoadedMeter::load(LinkLayer::kEthernet, *table);
  if (!meter)
    return meter.error();
  return TablePrograms(std::move(skeleton), std::move(*meter));
}

TablePrograms::TablePrograms(Skeleton skeleton, tests::LoadedMeter meter)
    : skeleton_(std::move(skeleton)), meter_(std::move(meter)) {}
TablePrograms::TablePrograms(TablePrograms&&) noexcept = default;
TablePrograms::~TablePrograms() = default;

Result<void> TablePrograms::set_destinations(const std::vector<Address>& addresses) const {
  for (std::uint32_t i = 0; i < kDestinations; i++) {
    const auto words = words_of(addresses[i]);
    if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.destinations), &i, words.data(), BPF_ANY) != 0)
      return system_error("set a destination");
  }
  return {};
}

int TablePrograms::program(Contestant who) const {
  if (who == kOurs)
    return meter_.program(PM_EGRESS);
  return bpf_program__fd(who == kTrie ? skeleton_->progs.trie : skeleton_->progs.passes);
}

Result<double> TablePrograms::cost(Contestant who, Family family) const {
  const std::uint32_t key = 0;
  const int measured = program(who), send = bpf_program__fd(skeleton_->progs.send);
  if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.measured), &key, &measured, BPF_ANY) != 0)
    return system_error("choose the program that is measured");
  if (auto warm = packet_cost(send, frame_of(family), kRepeat); !warm)
    return warm;
  return packet_cost(send, frame_of(family), kRepeat);
}

}  // namespace podmeter::bench
