// SPDX-License-Identifier: Apache-2.0
// The meter's kernel side: load it, attach it, pin it, see whether it is whole, detach it.
#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/scope_table/kernel_table.hpp"
#include "bpf/tree/attach_mode.hpp"
#include "bpf/tree/pin_tree.hpp"

struct meter_bpf;

namespace podmeter {

// By direction.
using ProgramTags = std::array<std::array<std::uint8_t, BPF_TAG_SIZE>, PM_DIRECTIONS>;
// ENOENT where a program is not pinned.
Result<ProgramTags> pinned_tags(const MeterDir& dir);

// Both programs and the counter map of one meter, loaded. Filters that it added are removed when it goes, unless it was
// kept: it is made, attached and destroyed by one thread in one network namespace. tcx links live as long as their
// pins.
class Meter {
 public:
  // Counts by that table, whatever is put into it.
  static Result<Meter> load(LinkLayer link_layer, const ScopeTable& scopes);
  // Adds to the counters of the meter pinned in `dir`.
  static Result<Meter> load_onto(const MeterDir& dir, LinkLayer link_layer, const ScopeTable& scopes);
  ~Meter();
  Meter(Meter&&) noexcept;
  Meter& operator=(Meter&&) = delete;

  // Pins the map and the programs in `dir`.
  Result<void> pin(const MeterDir& dir) const;
  // Attaches both directions, or neither, to the interface `ifindex` of the calling thread's network namespace; tcx
  // links are pinned in `dir`. Returns how: kTcx or kClsact.
  Result<Attach> attach(std::uint32_t ifindex, Attach how, const MeterDir& dir);
  // Takes the place of the programs that are pinned in `dir`, whose counters it adds to: in their links and filters,
  // from one packet to the next, and where those are gone by new ones. `how` is kTcx or kClsact, the interface as
  // above. Where it fails, it can be done again.
  Result<void> replace(std::uint32_t ifindex, Attach how, const MeterDir& dir) const;
  // What the kernel takes for the programs' fingerprints: the same where the same instructions were loaded.
  [[nodiscard]] Result<ProgramTags> tags() const;
  // From here on the kernel and the pins hold the meter.
  void keep() { filters_.clear(); }

 private:
  struct Unload {
    void operator()(meter_bpf* skeleton) const;
  };
  using Skeleton = std::unique_ptr<meter_bpf, Unload>;

  Meter(Skeleton skeleton, LinkLayer link_layer) : skeleton_(std::move(skeleton)), link_layer_(link_layer) {}
  static Result<Meter> load(LinkLayer link_layer, const ScopeTable& scopes, int counters);
  [[nodiscard]] int program(pm_direction direction) const;
  [[nodiscard]] Result<void> replace_tcx(std::uint32_t ifindex, pm_direction direction, const MeterDir& dir) const;
  Result<void> attach_tcx(std::uint32_t ifindex, const MeterDir& dir) const;
  Result<void> attach_clsact(std::uint32_t ifindex);

  Skeleton skeleton_;
  LinkLayer link_layer_;
  std::vector<ClsactFilter> filters_;  // to be removed again
};

}  // namespace podmeter
