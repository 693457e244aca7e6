// SPDX-License-Identifier: Apache-2.0
// Pods that ran before podmeter was there, or that it could not meter.
#pragma once

#include <vector>

#include "plugin/protocol/cni_cache.hpp"
#include "plugin/protocol/cni_networks.hpp"
#include "plugin/reconcile/repair_log.hpp"
#include "plugin/verbs/context.hpp"

namespace podmeter {

// Meters what the cache knows of these networks, whose namespace is there, and that has no meter, not even one that is
// being made or has just ended. Counting begins now.
void adopt_all(const Context& context, const std::vector<CniNetwork>& networks, const CniCache& cache,
               RepairsMade& repairs);

}  // namespace podmeter
