// SPDX-License-Identifier: Apache-2.0
// A tcx chain without room for another program.
#pragma once

#include <vector>

#include "bpf/base/fd.hpp"
#include "tests/pods/pod.hpp"

namespace podmeter::tests {

// As many programs on a pod's ingress as tcx takes (kernel/bpf/mprog.c: ERANGE): there is room for no other.
class FullTcxChain {
 public:
  explicit FullTcxChain(const Pod& pod);

 private:
  std::vector<Fd> links_;
};

}  // namespace podmeter::tests
