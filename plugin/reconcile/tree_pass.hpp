// SPDX-License-Identifier: Apache-2.0
// One pass of reconcile over one tree.
#pragma once

#include <vector>

#include "plugin/protocol/cni_cache.hpp"
#include "plugin/protocol/cni_networks.hpp"
#include "plugin/reconcile/repair_log.hpp"
#include "plugin/verbs/context.hpp"

namespace podmeter {

// Looks after the tree's meters and, where networks are configured with it, after its scopes, its readers, its ended
// meters and the pods without a meter. Goes on after a failure.
void reconcile_tree(const Context& context, const std::vector<CniNetwork>& networks, const CniCache& cache,
                    RepairsMade& repairs);

}  // namespace podmeter
