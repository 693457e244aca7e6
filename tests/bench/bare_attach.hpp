// SPDX-License-Identifier: Apache-2.0
// The least that any meter by tcx waits for: the kernel attaches and detaches two programs.
#pragma once

#include <cstdint>
#include <utility>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter::bench {

struct BareAttach {
  double attach_ms = 0;  // two links created
  double detach_ms = 0;  // both closed
};

// Two programs that do nothing but return "next", loaded.
class BarePrograms {
 public:
  static Result<BarePrograms> load();
  // In this process, to an interface of the calling thread's network namespace: the system calls and nothing else.
  [[nodiscard]] Result<BareAttach> attach(std::uint32_t ifindex) const;

 private:
  BarePrograms(Fd egress, Fd ingress) : egress_(std::move(egress)), ingress_(std::move(ingress)) {}

  Fd egress_;
  Fd ingress_;
};

}  // namespace podmeter::bench
