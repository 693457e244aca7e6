// SPDX-License-Identifier: Apache-2.0
// The programs that are compared, loaded.
#pragma once

#include <memory>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "tests/meters/loaded_meter.hpp"

struct baseline_bpf;
struct yardstick_bpf;

namespace podmeter::bench {

class Programs {
 public:
  static Result<Programs> load();
  Programs(Programs&&) noexcept;
  ~Programs();

  [[nodiscard]] int empty() const;
  [[nodiscard]] int minimal() const;
  // The usual shape: a shared LRU hash with atomic adds.
  [[nodiscard]] int usual(pm_direction direction) const;
  // As it ships, through its own loader and pins.
  [[nodiscard]] int ours(pm_direction direction) const { return meter_.program(direction); }

 private:
  struct Unload {
    void operator()(yardstick_bpf* skeleton) const;
    void operator()(baseline_bpf* skeleton) const;
  };
  using Yardstick = std::unique_ptr<yardstick_bpf, Unload>;
  using Baseline = std::unique_ptr<baseline_bpf, Unload>;

  Programs(Yardstick least, Baseline usual, tests::LoadedMeter meter);

  Yardstick least_;
  Baseline usual_;
  tests::LoadedMeter meter_;
};

}  // namespace podmeter::bench
