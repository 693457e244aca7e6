// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/full_tcx_chain.hpp"

#include <linux/pkt_cls.h>

#include "tests/meters/foreign_program.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

FullTcxChain::FullTcxChain(const Pod& pod) {
  const auto inside = must(pod.netns.enter());
  for (;;) {
    const auto program = must(ForeignProgram::load(PM_INGRESS, TC_ACT_UNSPEC));
    auto link = program.attach_tcx_last(pod.ifindex());
    if (!link && link.error().code == ERANGE)
      return;
    links_.push_back(must(std::move(link)));
  }
}

}  // namespace podmeter::tests
