// SPDX-License-Identifier: Apache-2.0
#include "plugin/scopes.hpp"

#include "bpf/scopes/source.hpp"
#include "plugin/node.hpp"

namespace podmeter {
namespace {

bool is_running(const PinTree& tree, const ScopeSource& source) {
  const auto running = running_source(tree);
  return running && *running == source;
}

// The first table of a tree whose scope file is at fault.
Result<void> run_built_in(const ScopeLock& lock, const PinTree& tree) {
  if (running_source(tree))
    return {};
  const auto ran = run_scopes(lock, tree, built_in_scopes(), {});
  return ran ? Result<void>() : ran.error();
}

// What the operator can mend: more scopes or prefixes than there is room for.
FailureReason reason_of(const Error& error) {
  return error.code == ENOSPC || error.code == E2BIG ? FailureReason::kConfig : FailureReason::kBpffs;
}

Metered replace(const Call& call, const PinTree& tree, const ScopeLock& lock) {
  const auto loaded = load_scopes(call.settings.scopes);
  if (!loaded)
    return Failure{FailureReason::kConfig, loaded.error()};
  const auto ran = run_scopes(lock, tree, loaded->scopes, loaded->source);
  if (!ran)
    return Failure{reason_of(ran.error()), ran.error().in("run the scopes of '" + call.settings.scopes + "'")};
  call.log.info("scopes of '" + call.settings.scopes + "' run as generation " + std::to_string(*ran));
  return {};
}

}  // namespace

Metered refresh_scopes(Call& call) {
  const auto node = open_node(call);
  if (!node)
    return node.error();
  const auto source = source_of(call.settings.scopes);
  if (source && is_running(node->tree, *source))
    return {};
  const auto lock = ScopeLock::take(node->tree);
  if (!lock)
    return Failure{FailureReason::kBpffs, lock.error()};
  if (source && is_running(node->tree, *source))  // another ADD was faster
    return {};
  auto replaced =
      source ? replace(call, node->tree, *lock) : Metered(Failure{FailureReason::kConfig, source.error()});
  if (replaced)
    return {};
  if (auto ran = run_built_in(*lock, node->tree); !ran)
    return Failure{FailureReason::kBpffs, ran.error()};
  return replaced;
}

Result<void> scopes_are_good(const Call& call) {
  const auto source = source_of(call.settings.scopes);
  if (!source)
    return source.error();
  if (is_running(PinTree(call.settings.pin_root), *source))
    return {};
  const auto loaded = load_scopes(call.settings.scopes);
  return loaded ? Result<void>() : loaded.error();
}

}  // namespace podmeter
