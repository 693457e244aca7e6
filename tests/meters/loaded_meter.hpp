// SPDX-License-Identifier: Apache-2.0
// The meter as it ships, loaded, pinned in the process's own bpffs, and run on one frame at a time.
#pragma once

#include <string>

#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/pin_tree.hpp"
#include "tests/meters/scope_tables.hpp"
#include "tests/packets/packet_builder.hpp"

namespace podmeter::tests {

// The segments of a super-packet: the size of each, and their number. A size of 0: not a super-packet.
struct Gso {
  std::uint32_t size = 0;
  std::uint32_t segments = 0;
};

struct Ran {
  int returned = 0;
  Frame after;  // the frame as the program left it
};

// Runs a classifier (BPF_PROG_TEST_RUN). The kernel wants at least 14 bytes, and a frame that fits in a page.
Result<Ran> run_program(int program, const Frame& frame, Gso gso, int repeat = 1);

class LoadedMeter {
 public:
  // Pinned in a directory of its own below /sys/fs/bpf, which goes when this goes.
  static Result<LoadedMeter> load(LinkLayer link_layer, const ScopeTable& scopes = built_in_table());
  ~LoadedMeter();
  LoadedMeter(LoadedMeter&&) noexcept;
  LoadedMeter& operator=(LoadedMeter&&) = delete;

  [[nodiscard]] Meter& meter() { return meter_; }
  [[nodiscard]] const MeterDir& dir() const { return dir_; }
  // Opened by its pin.
  [[nodiscard]] int program(pm_direction direction) const { return programs_[direction].get(); }
  [[nodiscard]] Result<pm_counters> read() const;

 private:
  LoadedMeter(Meter meter, std::string path) : meter_(std::move(meter)), dir_(std::move(path)) {}

  Meter meter_;
  MeterDir dir_;
  Fd programs_[PM_DIRECTIONS];
};

}  // namespace podmeter::tests
