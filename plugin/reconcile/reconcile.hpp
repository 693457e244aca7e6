// SPDX-License-Identifier: Apache-2.0
// Puts a node's trees in order, beside whatever runs: what the runtime forgot, what was cut short, what another version
// left.
#pragma once

#include <string>
#include <vector>

#include "plugin/reconcile/cni_cache.hpp"
#include "plugin/reconcile/cni_networks.hpp"
#include "plugin/reconcile/repair_log.hpp"

namespace podmeter {

struct ReconcileOptions {
  std::string pin_root;  // empty: those that the networks are configured with
  std::string conf_dir = kDefaultConfDir;
  std::string cache_dir = kDefaultCacheDir;
  DryRun dry_run = DryRun::kNo;
};

struct Reconciled {
  std::vector<RepairMade> repairs;
  std::vector<std::string> failures;
};

// One pass: applies a changed scope file, looks after every live meter (repair_meter.hpp), removes half-made ones,
// folds ended ones that are over the limits, and adopts what runs without a meter in a network that lists podmeter. Of
// a tree that no network names meters alone are looked after. Goes on after a failure. Logs to stderr and the networks'
// log files.
Reconciled reconcile(const ReconcileOptions& options);

}  // namespace podmeter
