// SPDX-License-Identifier: Apache-2.0
// The one writer of the tree: makes it, builds a meter's directory out of sight, moves it into place, ends it, sweeps.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "bpf/fd.hpp"
#include "bpf/pin_tree.hpp"
#include "bpf/result.hpp"

namespace podmeter {

// Makes what is missing of the tree. Its directories can be read by `readers` and written by root alone.
Result<void> make_tree(const PinTree& tree, gid_t readers);
// Lets the group read one pin.
Result<void> share_pin(const std::string& pin, gid_t readers);

// A directory in which a meter is built. Locked while it lives; what is in it goes when it goes, unless committed.
class Staging {
 public:
  // Takes the place of one that a dead process left. EBUSY where a living one is building the same meter.
  static Result<Staging> open(const PinTree& tree, const std::string& name, gid_t readers);
  ~Staging();
  Staging(Staging&&) noexcept;
  Staging& operator=(Staging&&) = delete;

  [[nodiscard]] const MeterDir& dir() const { return dir_; }
  // Moves the whole directory to `live`. EEXIST or ENOTEMPTY where a meter of that name is there.
  Result<void> commit(const MeterDir& live);

 private:
  Staging(MeterDir dir, Fd lock) : dir_(std::move(dir)), lock_(std::move(lock)) {}

  MeterDir dir_;
  Fd lock_;
};

// Detaches the tcx links of a live meter and keeps its counters and identity among the ended. ENOENT where there is
// none.
Result<void> end_meter(const PinTree& tree, const std::string& name, std::int64_t now_ns);
// Removes the ended meters that have been kept for longer than `retention`; goes on after a failure and tells the
// first. `now_ns` is boot_clock_ns(), here and above.
Result<void> sweep_ended(const PinTree& tree, std::chrono::nanoseconds retention, std::int64_t now_ns);
// Removes what a dead process left of building this meter.
Result<void> sweep_making(const PinTree& tree, const std::string& name);

// Nanoseconds since boot, suspended time included: bpffs lives as long, and nobody sets this clock.
std::int64_t boot_clock_ns();
// Nanoseconds since 1970.
std::int64_t wall_clock_ns();

}  // namespace podmeter
