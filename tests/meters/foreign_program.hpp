// SPDX-License-Identifier: Apache-2.0
// Somebody else's classifier on the same interface: counts the packets that reach it, and says "next" or ends the
// chain.
#pragma once

#include <cstdint>

#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"

namespace podmeter::tests {

class ForeignProgram {
 public:
  // `returns` is the program's verdict on every packet.
  static Result<ForeignProgram> load(pm_direction direction, std::int32_t returns);

  [[nodiscard]] int fd() const { return program_.get(); }
  // The packets seen, from any CPU.
  [[nodiscard]] Result<std::uint64_t> seen() const;

  // At the head of the tcx chain; attached while the descriptor lives.
  [[nodiscard]] Result<Fd> attach_tcx_first(std::uint32_t ifindex) const { return attach_tcx(ifindex, kTcxBefore); }
  // At the tail of the tcx chain; attached while the descriptor lives.
  [[nodiscard]] Result<Fd> attach_tcx_last(std::uint32_t ifindex) const { return attach_tcx(ifindex, kTcxAfter); }
  // A clsact filter of its own handle at `priority`.
  [[nodiscard]] Result<void> attach_filter(std::uint32_t ifindex, std::uint32_t priority) const;
  [[nodiscard]] Result<void> query_filter(std::uint32_t ifindex, std::uint32_t priority) const;

 private:
  static constexpr std::uint32_t kTcxAfter = 1U << 4;  // BPF_F_AFTER, include/uapi/linux/bpf.h of Linux 6.6
  [[nodiscard]] Result<Fd> attach_tcx(std::uint32_t ifindex, std::uint32_t where) const;
  ForeignProgram(Fd map, Fd program, pm_direction direction)
      : map_(std::move(map)), program_(std::move(program)), direction_(direction) {}

  Fd map_;
  Fd program_;
  pm_direction direction_;
};

}  // namespace podmeter::tests
