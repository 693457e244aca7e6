// SPDX-License-Identifier: Apache-2.0
#include "collector/read/collection.hpp"

#include <algorithm>

namespace podmeter {
namespace {

CollectReason reason_of(BrokenPart part) {
  switch (part) {
    case BrokenPart::kName:
      return CollectReason::kName;
    case BrokenPart::kIdentity:
      return CollectReason::kIdentity;
    case BrokenPart::kCounters:
      break;
  }
  return CollectReason::kCounters;
}

void add_meters(const PinTree& tree, Collection& collection) {
  auto walked = walk(tree);
  if (!walked) {
    collection.problems.push_back({CollectReason::kTree, tree.version_dir(), walked.error()});
    return;
  }
  collection.walk = std::move(*walked);
  for (const auto& meter : collection.walk.broken)
    collection.problems.push_back({reason_of(meter.part), meter.path, meter.error});
  if (collection.walk.scopes_error)
    collection.problems.push_back({CollectReason::kScopes, tree.scope_names(), *collection.walk.scopes_error});
  for (const auto& record : collection.walk.broken_records)
    collection.problems.push_back({CollectReason::kTotals, tree.total(record.name).path(), record.error});
  if (collection.walk.totals_error)
    collection.problems.push_back({CollectReason::kTotals, tree.totals_dir(), *collection.walk.totals_error});
}

void add_failures(const PinTree& tree, Collection& collection) {
  const auto failures = read_failures(tree.failures());
  if (failures)
    collection.failures = *failures;
  if (failures || is_gone(failures.error()))
    return;
  collection.failures.reset();
  collection.problems.push_back({CollectReason::kFailures, tree.failures(), failures.error()});
}

void add_repairs(const PinTree& tree, Collection& collection) {
  const auto repairs = read_repairs(tree.repairs());
  if (repairs)
    collection.repairs = *repairs;
  if (repairs || is_gone(repairs.error()))
    return;
  collection.repairs.reset();
  collection.problems.push_back({CollectReason::kRepairTally, tree.repairs(), repairs.error()});
}

}  // namespace

Collection collect(const PinTree& tree) {
  const auto begin = std::chrono::steady_clock::now();
  Collection collection;
  add_meters(tree, collection);
  add_failures(tree, collection);
  add_repairs(tree, collection);
  collection.took = std::chrono::steady_clock::now() - begin;
  collection.time_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return collection;
}

std::size_t count(const Collection& collection, MeterState state) {
  return static_cast<std::size_t>(std::ranges::count(collection.walk.readings, state, &Reading::state));
}

}  // namespace podmeter
