// SPDX-License-Identifier: Apache-2.0
// The meter and a trie-based one over the same scopes, each run on packets to ever other destinations.
#pragma once

#include <memory>
#include <vector>

#include "bpf/scopes/scope_set.hpp"
#include "tests/meters/loaded_meter.hpp"

struct destinations_bpf;

namespace podmeter::bench {

class TablePrograms {
 public:
  static Result<TablePrograms> load(const ScopeSet& scopes);
  TablePrograms(TablePrograms&&) noexcept;
  ~TablePrograms();

  // As many as it can take in turn.
  static constexpr std::size_t kDestinations = 16384;
  Result<void> set_destinations(const std::vector<Address>& addresses) const;

  enum Contestant : std::uint8_t { kPasses, kTrie, kOurs, kContestants };
  // Nanoseconds a packet, the sending included, after a first time that warms the caches.
  [[nodiscard]] Result<double> cost(Contestant who, Family family) const;

 private:
  struct Unload {
    void operator()(destinations_bpf* skeleton) const;
  };
  using Skeleton = std::unique_ptr<destinations_bpf, Unload>;

  TablePrograms(Skeleton skeleton, tests::LoadedMeter meter);
  [[nodiscard]] int program(Contestant who) const;

  Skeleton skeleton_;
  tests::LoadedMeter meter_;
};

}  // namespace podmeter::bench
