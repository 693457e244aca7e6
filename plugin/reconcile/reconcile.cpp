// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/reconcile.hpp"

#include <algorithm>
#include <map>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/scope_table/running_scopes.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/group.hpp"
#include "plugin/reconcile/adopt.hpp"
#include "plugin/reconcile/repair_meter.hpp"
#include "plugin/verbs/apply_scopes.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/open_tree.hpp"

namespace podmeter {
namespace {

constexpr char kLogSubject[] = "reconcile";

// One tree and the networks that are configured with it.
class TreePass {
 public:
  TreePass(Settings settings, gid_t readers, Log& log, DryRun dry_run)
      : settings_(std::move(settings)),
        tree_(settings_.pin_root),
        call_{request_, settings_, log, readers},
        repairs_(call_, tree_, dry_run) {}

  void run(const std::vector<CniNetwork>& networks, const CniCache& cache);
  void add_to(Reconciled& all) const;

 private:
  void attempt(const std::string& subject, const Metered& step) {
    if (!step)
      repairs_.fail(subject, step.error());
  }
  void apply_scopes();
  void mend_all(const CniCache& cache);
  Metered mend_one(const std::string& name, const CniCache& cache, CurrentPrograms& current);
  void sweep_half_made();
  void note_done();

  Request request_;
  Settings settings_;
  PinTree tree_;
  Call call_;
  RepairsMade repairs_;
};

void TreePass::run(const std::vector<CniNetwork>& networks, const CniCache& cache) {
  if (!repairs_.is_dry_run()) {
    if (const auto node = open_node(call_); !node)
      return repairs_.fail("tree '" + tree_.root() + "'", node.error());
  }
  const bool is_configured = !networks.empty();
  if (is_configured)
    apply_scopes();
  mend_all(cache);
  sweep_half_made();
  if (is_configured) {
    if (!repairs_.is_dry_run()) {
      attempt("ended meters", sweep(call_, tree_));
      attempt("the group that may read", because(FailureReason::kBpffs, share_all(tree_, call_.readers)));
    }
    adopt_all({tree_, networks, call_, repairs_}, cache);
  }
  note_done();
}

bool is_locked(const PinTree& tree) {
  const auto lock = ScopeLock::take(tree, ScopeLock::Wait::kNo);
  return !lock && lock.error().code == EBUSY;
}

void TreePass::apply_scopes() {
  const auto wanted = source_of(settings_.scopes);
  const auto running = running_source(tree_);
  if (wanted && running && *wanted == *running)
    return;
  if (!wanted)
    return repairs_.fail("scopes", {FailureReason::kConfig, wanted.error()});
  if (is_locked(tree_))  // another is at it, or stuck: not to be waited for
    return;
  repairs_.make({Repair::kScopes, settings_.scopes, running ? "it changed" : "no table runs"}, [&]() -> Repaired {
    if (const auto refreshed = refresh_scopes(call_); !refreshed)
      return refreshed.error();
    const auto now = running_source(tree_);
    return now && *now == *wanted;
  });
}

void TreePass::mend_all(const CniCache& cache) {
  const auto names = list_directory(tree_.live_dir());
  if (!names) {
    if (!is_gone(names.error()))
      repairs_.fail("live meters", {FailureReason::kBpffs, names.error()});
    return;
  }
  CurrentPrograms current(tree_);
  for (const auto& name : *names)
    attempt("meter " + name, mend_one(name, cache, current));
}

Metered TreePass::mend_one(const std::string& name, const CniCache& cache, CurrentPrograms& current) {
  const auto attachment = decode_name(name);
  const auto cached =
      attachment ? std::ranges::find(cache.attachments, *attachment, &Request::attachment) : cache.attachments.end();
  return mend(tree_, name, cached == cache.attachments.end() ? "" : cached->netns, current, repairs_);
}

void TreePass::sweep_half_made() {
  const auto names = half_made(tree_);
  if (!names)
    return repairs_.fail("half-made meters", {FailureReason::kBpffs, names.error()});
  for (const auto& name : *names)
    repairs_.make({Repair::kSweep, name, "whoever was making it is gone"},
                  [&] { return sweep_half_made_meter(tree_, name); });
}

void TreePass::note_done() {
  if (repairs_.is_dry_run())
    return;
  if (const auto recorded = record_reconcile(tree_.repairs(), wall_clock_ns()); !recorded)
    call_.log.warn("the pass is not recorded: " + recorded.error().text);
  (void)share_pin(tree_.repairs(), call_.readers);
}

void TreePass::add_to(Reconciled& all) const {
  all.repairs.insert(all.repairs.end(), repairs_.all().begin(), repairs_.all().end());
  all.failures.insert(all.failures.end(), repairs_.failures().begin(), repairs_.failures().end());
}

std::map<std::string, std::vector<CniNetwork>> by_pin_root(const std::vector<CniNetwork>& networks) {
  std::map<std::string, std::vector<CniNetwork>> trees;
  for (const auto& network : networks)
    trees[network.read.settings.pin_root].push_back(network);
  return trees;
}

// Where the group isn't known the tree keeps the one that it has.
gid_t readers_of(const Settings& settings, const std::vector<CniNetwork>& networks, Log& log) {
  if (!networks.empty()) {
    const auto configured = find_group(settings.group);
    if (configured)
      return *configured;
    log.warn("the tree keeps its group: " + configured.error().text);
  }
  const auto kept = group_of(PinTree(settings.pin_root).version_dir());
  return kept ? *kept : 0;
}

// Of a tree that no network is configured with nobody knows scopes, retention and group: those stay as they are.
void reconcile_tree(const std::string& pin_root, const std::vector<CniNetwork>& networks, const CniCache& cache,
                    const ReconcileOptions& options, Reconciled& all) {
  if (networks.empty() && !exists(PinTree(pin_root).version_dir()))
    return;
  Settings settings = networks.empty() ? Settings() : networks.front().read.settings;
  settings.pin_root = pin_root;
  Log log(kLogSubject);
  log.set_level(settings.log_level);
  if (!settings.log_file.empty())
    if (const auto opened = log.open(settings.log_file); !opened)
      log.warn(opened.error().text);
  for (const auto& network : networks)
    for (const auto& fault : network.read.faults)
      log.warn("'" + network.path + "': " + fault);
  TreePass pass(settings, readers_of(settings, networks, log), log, options.dry_run);
  pass.run(networks, cache);
  pass.add_to(all);
}

}  // namespace

Reconciled reconcile(const ReconcileOptions& options) {
  Log log(kLogSubject);
  const auto found = read_cni_networks(options.conf_dir);
  const auto cache = read_cni_cache(options.cache_dir);
  for (const auto* faults : {&found.faults, &cache.faults})
    for (const auto& fault : *faults)
      log.warn(fault.text);
  auto trees = by_pin_root(found.networks);
  if (!options.pin_root.empty())
    trees = {{options.pin_root, trees[options.pin_root]}};
  else if (trees.empty())
    trees[kDefaultPinRoot];
  Reconciled all;
  for (const auto& fault : found.faults)
    all.failures.push_back(fault.text);
  for (const auto& [pin_root, networks] : trees)
    reconcile_tree(pin_root, networks, cache, options, all);
  return all;
}

}  // namespace podmeter
