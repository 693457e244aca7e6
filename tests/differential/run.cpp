// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/run.hpp"

#include <algorithm>

#include "bpf/scopes/scope_source.hpp"
#include "tests/differential/comparison.hpp"
#include "tests/differential/hand_made.hpp"
#include "tests/differential/mutation.hpp"
#include "tests/differential/packet_source.hpp"
#include "tests/differential/tables.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kDifferencesMax = 20;

Result<void> add(Comparisons& comparisons, Comparison& comparison, const Packet& packet) {
  auto difference = comparison.compare(packet);
  if (!difference && difference.error().code != EINVAL)
    return difference.error();
  (difference ? comparisons.compared : comparisons.refused)++;
  if (difference && *difference && comparisons.differences.size() < kDifferencesMax)
    comparisons.differences.push_back(**difference);
  return {};
}

}  // namespace

Result<Comparisons> compare_random(std::uint64_t packets, std::uint64_t seed) {
  Comparisons comparisons;
  const auto tables = differential_tables(seed);
  for (std::size_t i = 0; i < tables.size(); i++) {
    auto comparison = Comparison::open(tables[i].name, tables[i].scopes);
    if (!comparison)
      return comparison.error();
    PacketSource source(seed + i, tables[i].scopes);
    for (std::uint64_t packet = 0; packet < packets / tables.size(); packet++)
      if (auto added = add(comparisons, *comparison, source.next()); !added)
        return added.error();
  }
  return comparisons;
}

Result<Comparisons> compare_cut() {
  constexpr std::size_t kHeaders = 130;
  Comparisons comparisons;
  auto comparison = Comparison::open("built-in", built_in_scopes());
  if (!comparison)
    return comparison.error();
  for (const auto& [name, whole] : hand_made())
    for (const auto direction : kDirections)
      for (std::size_t size = whole.frame.size(); size >= kFrameMin; size = std::min(size - 1, kHeaders)) {
        Packet packet = whole;
        packet.direction = direction;
        packet.frame.resize(size);
        if (auto added = add(comparisons, *comparison, packet); !added)
          return added.error();
      }
  return comparisons;
}

}  // namespace podmeter::tests
