// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/open_tree.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/bpffs.hpp"

namespace podmeter {
namespace {

Result<void> check_directory(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return system_error("look at '" + path + "'");
  if (!S_ISDIR(status.st_mode))
    return system_error("look at '" + path + "'", ENOTDIR);
  return ::access(path.c_str(), W_OK) == 0 ? Result<void>() : system_error("write to '" + path + "'");
}

}  // namespace

Metered open_tree(const Context& context) {
  if (auto prepared = prepare_bpffs(context.tree.root()); !prepared)
    return Failure{FailureReason::kBpffs, prepared.error()};
  return because(FailureReason::kBpffs, make_tree(context.tree, context.readers));
}

Metered check_tree(const Context& context) {
  const PinTree& tree = context.tree;
  if (auto there = check_bpffs(tree.root()); !there)
    return Failure{FailureReason::kBpffs, there.error()};
  for (const auto& path : {tree.root(), tree.version_dir(), tree.scopes_dir(), tree.making_dir(), tree.live_dir(),
                           tree.ended_dir(), tree.folding_dir(), tree.totals_dir()})
    if (auto checked = exists(path) ? check_directory(path) : Result<void>(); !checked)
      return Failure{FailureReason::kBpffs, checked.error()};
  return {};
}

}  // namespace podmeter
