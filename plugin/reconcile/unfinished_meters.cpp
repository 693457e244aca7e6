// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/unfinished_meters.hpp"

#include "plugin/verbs/end_meter.hpp"

namespace podmeter {
namespace {

Repaired sweep(const PinTree& tree, const std::string& name) {
  const auto swept = sweep_unfinished_meter(tree, name, "", PathGone::kMayHide);
  if (!swept)
    return swept.error();
  return *swept == Swept::kSwept ? Repairing::kMade : Repairing::kNotNeeded;
}

}  // namespace

void sweep_unfinished_meters(const PinTree& tree, RepairsMade& repairs) {
  const auto names = unfinished(tree);
  if (!names)
    return repairs.fail("unfinished meters", {FailureReason::kBpffs, names.error()});
  for (const auto& name : *names)
    repairs.make({{Repair::kSweep, subject_of(name), "its ADD was cut short"}, [&] { return sweep(tree, name); }});
}

}  // namespace podmeter
