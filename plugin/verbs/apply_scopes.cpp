// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/apply_scopes.hpp"

#include "bpf/scope_table/running_scopes.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "plugin/verbs/open_tree.hpp"

namespace podmeter {
namespace {

// A table that can't be read now is one: the built-in scopes must not take its place.
bool has_table(const PinTree& tree) {
  const auto running = running_source(tree);
  return running || !is_gone(running.error());
}

bool is_running(const PinTree& tree, const ScopeSource& source) {
  const auto running = running_source(tree);
  return running && *running == source;
}

// More scopes or prefixes than there is room for are kConfig: the operator can mend that.
FailureReason reason_of(const Error& error) {
  return error.code == ENOSPC || error.code == E2BIG ? FailureReason::kConfig : FailureReason::kBpffs;
}

// The new table, under the lock.
Metered replace(const Context& context, const ScopeLock& lock, const SourcedScopes& loaded) {
  const bool is_built_in = loaded.source == ScopeSource{};
  const std::string from = is_built_in ? "the built-in table" : "'" + context.settings.scopes + "'";
  const auto ran = run_scopes(lock, context.tree, loaded.scopes, loaded.source);
  if (!ran)
    return Failure{reason_of(ran.error()), ran.error().in("run the scopes of " + from)};
  context.log.info("new scopes run", {{"from", from}, {"generation", std::to_string(*ran)}});
  return {};
}

// The first table of a tree whose scope file is at fault. The fault is what is told, if nothing else fails.
Failure run_built_in(const PinTree& tree, const Failure& fault) {
  if (has_table(tree))
    return fault;
  const auto lock = ScopeLock::take(tree, ScopeLock::Wait::kYes);
  if (!lock)
    return {FailureReason::kBpffs, lock.error()};
  if (!has_table(tree))
    if (const auto ran = run_scopes(*lock, tree, built_in_scopes(), {}); !ran)
      return {FailureReason::kBpffs, ran.error()};
  return fault;
}

// Under the lock. Another process may have been faster.
Repaired replace_unless_running(const Context& context, const ScopeLock& lock, const SourcedScopes& loaded) {
  if (is_running(context.tree, loaded.source))
    return Repairing::kNotNeeded;
  const auto replaced = replace(context, lock, loaded);
  if (replaced)
    return Repairing::kMade;
  if (!scopes_run(context))
    if (const auto ran = run_scopes(lock, context.tree, built_in_scopes(), {}); !ran)
      return Failure{FailureReason::kBpffs, ran.error()};
  return replaced.error();
}

}  // namespace

bool scopes_run(const Context& context) {
  return has_table(context.tree);
}

Repaired refresh_scopes(const Context& context) {
  if (const auto opened = open_tree(context); !opened)
    return opened.error();
  const auto source = source_of(context.settings.scopes);
  if (source && is_running(context.tree, *source))
    return Repairing::kNotNeeded;
  const auto loaded = source ? load_scopes(context.settings.scopes) : source.error();
  if (!loaded)
    return run_built_in(context.tree, {FailureReason::kConfig, loaded.error()});
  const auto wait = scopes_run(context) ? ScopeLock::Wait::kNo : ScopeLock::Wait::kYes;
  const auto lock = ScopeLock::take(context.tree, wait);
  if (!lock)  // where another replaces the table, that is enough
    return lock.error().code == EBUSY ? Repaired(Repairing::kPutOff) : Failure{FailureReason::kBpffs, lock.error()};
  return replace_unless_running(context, *lock, *loaded);
}

Result<void> scopes_are_good(const Context& context) {
  const auto source = source_of(context.settings.scopes);
  if (!source)
    return source.error();
  if (is_running(context.tree, *source))
    return {};
  const auto loaded = load_scopes(context.settings.scopes);
  return loaded ? check_size(loaded->scopes) : loaded.error();
}

}  // namespace podmeter
