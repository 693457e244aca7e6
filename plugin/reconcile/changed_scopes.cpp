// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/changed_scopes.hpp"

#include "bpf/scope_table/running_scopes.hpp"
#include "plugin/verbs/apply_scopes.hpp"

namespace podmeter {
namespace {

bool is_locked(const PinTree& tree) {
  const auto lock = ScopeLock::take(tree, ScopeLock::Wait::kNo);
  return !lock && lock.error().code == EBUSY;
}

}  // namespace

void apply_changed_scopes(const Context& context, RepairsMade& repairs) {
  const std::string& file = context.settings.scopes;

  const auto wanted = source_of(file);
  if (!wanted)
    return repairs.fail("scopes of '" + file + "'", {FailureReason::kConfig, wanted.error()});
  const auto running = running_source(context.tree);
  if (!running && !is_gone(running.error()))
    return repairs.fail("the scope table", {FailureReason::kBpffs, running.error()});
  if (running && *wanted == *running)
    return;
  repairs.make({{Repair::kScopes, {file, file}, running ? "the file changed" : "no scopes run yet"}, [&]() -> Repaired {
                  // Another process is at it, or stuck: it is not waited for.
                  return is_locked(context.tree) ? Repairing::kPutOff : refresh_scopes(context);
                }});
}

}  // namespace podmeter
