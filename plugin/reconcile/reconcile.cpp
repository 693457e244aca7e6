// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/reconcile.hpp"

#include <algorithm>
#include <map>

#include "bpf/base/directory.hpp"
#include "plugin/host/group.hpp"
#include "plugin/reconcile/tree_pass.hpp"

namespace podmeter {
namespace {

Log make_log(LogLevel level) {
  return Log(level, LogFormat::kLogfmt, {{"command", "reconcile"}});
}

// One tree's networks.
using Networks = std::vector<CniNetwork>;

std::map<std::string, Networks> trees_of(const std::vector<CniNetwork>& networks, const std::string& only) {
  std::map<std::string, Networks> trees;
  for (const auto& network : networks)
    trees[network.read.settings.pin_root].push_back(network);
  if (!only.empty())
    return {{only, trees[only]}};
  if (trees.empty())
    trees[kDefaultPinRoot];
  return trees;
}

// If no network is configured with the tree, its scopes, retention and group are unknown and stay as they are.
Settings settings_of(const std::string& pin_root, const Networks& networks) {
  Settings settings = networks.empty() ? Settings() : networks.front().read.settings;
  settings.pin_root = pin_root;
  if (networks.empty())
    settings.group = "";
  return settings;
}

std::string names_of(const Networks& networks) {
  std::string names;
  for (const auto& network : networks)
    names += (names.empty() ? "" : ",") + network.name;
  return names;
}

// One pass over the trees of one node.
struct NodePass {
  const ReconcileOptions& options;
  const CniCache& cache;
  WarningHistory& history;
  Reconciled& all;

  void reconcile(const std::string& pin_root, const Networks& networks) const;

 private:
  void open_log(Log& log, const std::string& path) const;
  void tell_found(const Context& context, const Networks& networks) const;
  void tell_faults(const Log& log, const Networks& networks, const Readers& readers) const;
};

void NodePass::open_log(Log& log, const std::string& path) const {
  if (path.empty())
    return;
  if (const auto opened = log.open(path); !opened)
    history.warn(log, "log file is not written", {{"err", opened.error().text}});
}

void NodePass::tell_found(const Context& context, const Networks& networks) const {
  if (!history.is_first_pass())
    return;
  const auto attachments = std::ranges::count_if(cache.attachments, [&](const Request& cached) {
    return std::ranges::find(networks, cached.network, &CniNetwork::name) != networks.end();
  });
  const LogFields tree = {{"tree", context.tree.root()}};
  if (networks.empty())
    return context.log.info("no CNI network lists podmeter: only the tree's meters are looked after", tree);
  context.log.info(
      "looking after a tree",
      {{"tree", context.tree.root()}, {"networks", names_of(networks)}, {"attachments", std::to_string(attachments)}});
}

void NodePass::tell_faults(const Log& log, const Networks& networks, const Readers& readers) const {
  for (const auto& network : networks)
    for (const auto& fault : network.read.faults)
      history.warn(log, "configuration is wrong", {{"path", network.path}, {"err", fault}});
  if (readers.fault)
    history.warn(log, "not the configured group reads the counters", {{"err", readers.fault->text}});
}

void NodePass::reconcile(const std::string& pin_root, const Networks& networks) const {
  const Settings settings = settings_of(pin_root, networks);
  const PinTree tree(pin_root);
  Log log = make_log(settings.log_level);
  open_log(log, settings.log_file);
  const auto readers = find_readers(tree, settings.group);
  const Context context{tree, settings, readers.group, log};
  tell_found(context, networks);
  if (networks.empty() && !exists(tree.version_dir()))
    return;
  tell_faults(log, networks, readers);
  RepairsMade repairs(context, options.dry_run, history);
  reconcile_tree(context, networks, cache, repairs);
  all.repairs.insert(all.repairs.end(), repairs.all().begin(), repairs.all().end());
  all.put_off.insert(all.put_off.end(), repairs.put_off().begin(), repairs.put_off().end());
  all.failures.insert(all.failures.end(), repairs.failures().begin(), repairs.failures().end());
}

}  // namespace

Reconciled reconcile(const ReconcileOptions& options, WarningHistory& history) {
  history.begin_pass();
  const Log log = make_log(LogLevel::kInfo);
  const auto found = read_cni_networks(options.conf_dir);
  const auto cache = read_cni_cache(options.cache_dir);
  Reconciled all;
  for (const auto* faults : {&found.faults, &found.no_files, &cache.unread, &cache.faults})
    for (const auto& fault : *faults)
      history.warn(log, "a file of the runtime's can't be read", {{"err", fault.text}});
  for (const auto* faults : {&found.faults, &cache.unread})
    for (const auto& fault : *faults)
      all.failures.push_back(fault.text);
  const NodePass pass{options, cache, history, all};
  for (const auto& [pin_root, networks] : trees_of(found.networks, options.pin_root))
    pass.reconcile(pin_root, networks);
  return all;
}

}  // namespace podmeter
