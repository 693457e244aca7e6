// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/tree_pass.hpp"

#include <algorithm>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/reconcile/adopt.hpp"
#include "plugin/reconcile/changed_scopes.hpp"
#include "plugin/reconcile/repair_meter.hpp"
#include "plugin/reconcile/unfinished_meters.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/open_tree.hpp"

namespace podmeter {
namespace {

// The path of the meter's network namespace by libcni's cache; empty if the cache has no such meter.
std::string cached_netns(const CniCache& cache, const std::string& name) {
  const auto attachment = decode_name(name);
  if (!attachment)
    return "";
  const auto cached = std::ranges::find(cache.attachments, *attachment, &Request::attachment);
  return cached == cache.attachments.end() ? "" : cached->netns;
}

void repair_meters(const PinTree& tree, const CniCache& cache, RepairsMade& repairs) {
  const auto names = list_directory(tree.live_dir());
  if (!names && is_gone(names.error()))
    return;
  if (!names)
    return repairs.fail("the live meters", {FailureReason::kBpffs, names.error()});
  CurrentPrograms current(tree);
  for (const auto& name : *names)
    repair_meter(tree, name, cached_netns(cache, name), current, repairs);
}

// Without counting as repairs: time passes, and groups change.
void keep_up(const Context& context, RepairsMade& repairs) {
  if (const auto retired = retire(context); !retired)
    repairs.fail("the ended meters", retired.error());
  if (const auto shared = share_all(context.tree, context.readers); !shared)
    repairs.fail("the tree's readers", {FailureReason::kBpffs, shared.error()});
}

void record_pass(const Context& context, RepairsMade& repairs) {
  const std::string pin = context.tree.repairs();
  if (const auto recorded = readable(record_reconcile(pin, wall_clock_ns()), pin, context.readers); !recorded)
    repairs.fail("the record of this pass", {FailureReason::kBpffs, recorded.error()});
}

}  // namespace

void reconcile_tree(const Context& context, const std::vector<CniNetwork>& networks, const CniCache& cache,
                    RepairsMade& repairs) {
  if (!repairs.is_dry_run())
    if (const auto opened = open_tree(context); !opened)
      return repairs.fail("the tree '" + context.tree.root() + "'", opened.error());
  const bool is_configured = !networks.empty();
  if (is_configured)
    apply_changed_scopes(context, repairs);
  repair_meters(context.tree, cache, repairs);
  sweep_unfinished_meters(context.tree, repairs);
  if (is_configured && !repairs.is_dry_run())
    keep_up(context, repairs);
  if (is_configured)
    adopt_all(context, networks, cache, repairs);
  if (!repairs.is_dry_run())
    record_pass(context, repairs);
}

}  // namespace podmeter
