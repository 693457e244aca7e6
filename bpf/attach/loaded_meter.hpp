// SPDX-License-Identifier: Apache-2.0
// The meter's kernel side: loads it, pins it, attaches it, and gives another meter's map its programs.
#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstdint>
#include <memory>

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

// Both programs and the counter map of one meter, loaded. They go with it, but for what is pinned and attached.
class Meter {
 public:
  // Counts by that table, whatever is put into it.
  static Result<Meter> load(LinkLayer link_layer, const ScopeTable& scopes);
  // Adds to the counters of the meter pinned in `dir`.
  static Result<Meter> load_onto(const MeterDir& dir, LinkLayer link_layer, const ScopeTable& scopes);

  // Pins the map and the programs in `dir`.
  Result<void> pin(const MeterDir& dir) const;
  // Attaches both directions to the interface `ifindex` of the calling thread's network namespace, or neither. It must
  // be pinned in `dir`, where links are pinned too: where the kernel doesn't let go of the first direction after the
  // second has failed, those pins are what it can be detached by.
  Result<void> attach(std::uint32_t ifindex, Attach how, const MeterDir& dir) const;
  // Takes the place of the programs that are pinned in `dir`, whose counters it adds to: on their hooks from one packet
  // to the next, or attached anew where they are detached. The interface is as above. After a failure it can be called
  // again.
  Result<void> replace(std::uint32_t ifindex, Attach how, const MeterDir& dir) const;
  // The kernel's fingerprints of the programs: the same where the same instructions were loaded.
  [[nodiscard]] Result<ProgramTags> tags() const;

 private:
  struct Unload {
    void operator()(meter_bpf* skeleton) const;
  };
  using Skeleton = std::unique_ptr<meter_bpf, Unload>;

  Meter(Skeleton skeleton, LinkLayer link_layer) : skeleton_(std::move(skeleton)), link_layer_(link_layer) {}
  static Result<Meter> load(LinkLayer link_layer, const ScopeTable& scopes, int counters);
  [[nodiscard]] int program(pm_direction direction) const;

  Skeleton skeleton_;
  LinkLayer link_layer_;
};

}  // namespace podmeter
