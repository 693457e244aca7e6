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

Log make_log(LogLevel level) {
  return Log(level, LogFormat::kLogfmt, {{"command", "reconcile"}});
}

// One tree and the networks that are configured with it.
class TreePass {
 public:
  TreePass(const Context& context, DryRun dry_run) : context_(context), repairs_(context, dry_run) {}

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

  const Context& context_;
  RepairsMade repairs_;
};

void TreePass::run(const std::vector<CniNetwork>& networks, const CniCache& cache) {
  if (!repairs_.is_dry_run()) {
    if (const auto opened = open_tree(context_); !opened)
      return repairs_.fail("tree '" + context_.tree.root() + "'", opened.error());
  }
  const bool is_configured = !networks.empty();
  if (is_configured)
    apply_scopes();
  mend_all(cache);
  sweep_half_made();
  if (is_configured) {
    if (!repairs_.is_dry_run()) {
      attempt("ended meters", sweep(context_));
      attempt("the group that may read", because(FailureReason::kBpffs, share_all(context_.tree, context_.readers)));
    }
    adopt_all({context_, networks, repairs_}, cache);
  }
  note_done();
}

bool is_locked(const PinTree& tree) {
  const auto lock = ScopeLock::take(tree, ScopeLock::Wait::kNo);
  return !lock && lock.error().code == EBUSY;
}

void TreePass::apply_scopes() {
  const auto wanted = source_of(context_.settings.scopes);
  const auto running = running_source(context_.tree);
  if (wanted && running && *wanted == *running)
    return;
  if (!wanted)
    return repairs_.fail("scopes", {FailureReason::kConfig, wanted.error()});
  if (is_locked(context_.tree))  // another is at it, or stuck: not to be waited for
    return;
  repairs_.make({Repair::kScopes, context_.settings.scopes, running ? "it changed" : "no table runs"},
                [&]() -> Repaired {
                  if (const auto refreshed = refresh_scopes(context_); !refreshed)
                    return refreshed.error();
                  const auto now = running_source(context_.tree);
                  return now && *now == *wanted;
                });
}

void TreePass::mend_all(const CniCache& cache) {
  const auto names = list_directory(context_.tree.live_dir());
  if (!names) {
    if (!is_gone(names.error()))
      repairs_.fail("live meters", {FailureReason::kBpffs, names.error()});
    return;
  }
  CurrentPrograms current(context_.tree);
  for (const auto& name : *names)
    attempt("meter " + name, mend_one(name, cache, current));
}

Metered TreePass::mend_one(const std::string& name, const CniCache& cache, CurrentPrograms& current) {
  const auto attachment = decode_name(name);
  const auto cached =
      attachment ? std::ranges::find(cache.attachments, *attachment, &Request::attachment) : cache.attachments.end();
  return mend(context_.tree, name, cached == cache.attachments.end() ? "" : cached->netns, current, repairs_);
}

void TreePass::sweep_half_made() {
  const auto names = half_made(context_.tree);
  if (!names)
    return repairs_.fail("half-made meters", {FailureReason::kBpffs, names.error()});
  for (const auto& name : *names)
    repairs_.make({Repair::kSweep, name, "whoever was making it is gone"},
                  [&] { return sweep_half_made_meter(context_.tree, name); });
}

void TreePass::note_done() {
  if (repairs_.is_dry_run())
    return;
  if (const auto recorded = record_reconcile(context_.tree.repairs(), wall_clock_ns()); !recorded)
    context_.log.warn("the pass is not recorded", {{"err", recorded.error().text}});
  (void)share_pin(context_.tree.repairs(), context_.readers);
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

// Of a tree that no network is configured with nobody knows scopes, retention and group: those stay as they are.
void reconcile_tree(const std::string& pin_root, const std::vector<CniNetwork>& networks, const CniCache& cache,
                    const ReconcileOptions& options, Reconciled& all) {
  if (networks.empty() && !exists(PinTree(pin_root).version_dir()))
    return;
  Settings settings = networks.empty() ? Settings() : networks.front().read.settings;
  settings.pin_root = pin_root;
  Log log = make_log(settings.log_level);
  if (!settings.log_file.empty())
    if (const auto opened = log.open(settings.log_file); !opened)
      log.warn("log file is not written", {{"err", opened.error().text}});
  for (const auto& network : networks)
    for (const auto& fault : network.read.faults)
      log.warn("configuration is wrong", {{"path", network.path}, {"err", fault}});
  const PinTree tree(pin_root);
  const auto readers = find_readers(tree, networks.empty() ? "" : settings.group);
  if (readers.fault)
    log.warn("not the configured group reads the counters", {{"err", readers.fault->text}});
  const Context context{tree, settings, readers.group, log};
  TreePass pass(context, options.dry_run);
  pass.run(networks, cache);
  pass.add_to(all);
}

}  // namespace

Reconciled reconcile(const ReconcileOptions& options) {
  const Log log = make_log(LogLevel::kInfo);
  const auto found = read_cni_networks(options.conf_dir);
  const auto cache = read_cni_cache(options.cache_dir);
  for (const auto* faults : {&found.faults, &cache.faults})
    for (const auto& fault : *faults)
      log.warn("a file of the runtime's can't be read", {{"err", fault.text}});
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
