// SPDX-License-Identifier: Apache-2.0
// Puts a node's trees in order, beside whatever runs: what the runtime forgot, what was cut short, what another version
// left.
#pragma once

#include <string>
#include <vector>

#include "plugin/protocol/cni_cache.hpp"
#include "plugin/protocol/cni_networks.hpp"
#include "plugin/reconcile/repair_log.hpp"
#include "plugin/reconcile/warning_history.hpp"

namespace podmeter {

struct ReconcileOptions {
  std::string pin_root;  // empty: those that the networks are configured with
  std::string conf_dir = kDefaultConfDir;
  std::string cache_dir = kDefaultCacheDir;
  DryRun dry_run = DryRun::kNo;
};

struct Reconciled {
  std::vector<RepairMade> repairs;
  std::vector<RepairMade> put_off;    // needed, and left to another process or to the next pass
  std::vector<std::string> failures;  // of what could not be looked at or repaired
};

// One pass over every tree (tree_pass.hpp). Goes on after a failure. Logs to stderr and, of each
// tree, the log file of its first network: in the
// first pass that the history knows, what there is to look after; in each, what was repaired, and the warnings and
// failures that the pass before didn't tell.
Reconciled reconcile(const ReconcileOptions& options, WarningHistory& history);

}  // namespace podmeter
