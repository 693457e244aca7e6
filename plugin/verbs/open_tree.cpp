// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/open_tree.hpp"

#include "bpf/tree/meter_store.hpp"
#include "plugin/host/bpffs.hpp"

namespace podmeter {

Metered open_tree(const Context& context) {
  if (auto prepared = prepare_bpffs(context.tree.root()); !prepared)
    return Failure{FailureReason::kBpffs, prepared.error()};
  return because(FailureReason::kBpffs, make_tree(context.tree, context.readers));
}

}  // namespace podmeter
