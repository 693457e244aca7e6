// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/trial.hpp"

#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/directory.hpp"
#include "plugin/host/bpffs.hpp"
#include "plugin/host/netns.hpp"

namespace podmeter {
namespace {

// The verifier asks what a table is, not what is in it.
Result<ScopeTable> table_of(const PinTree& tree) {
  return exists(tree.scope_table()) ? ScopeTable::open(tree.scope_table()) : ScopeTable::create();
}

Metered attach_to_loopback(const Meter& meter, Attach how, const MeterDir& scratch) {
  constexpr std::uint32_t kLoopback = 1;  // LOOPBACK_IFINDEX, include/net/net_namespace.h
  if (auto pinned = meter.pin(scratch); !pinned)
    return Failure{FailureReason::kBpffs, pinned.error()};
  return because(FailureReason::kAttach, meter.attach(kLoopback, how, scratch));
}

}  // namespace

Metered try_meter(const Context& context, Attach how) {
  const auto scopes = table_of(context.tree);
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load(LinkLayer::kEthernet, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  const auto scratch = ScratchBpffs::make();
  const auto tried = scratch ? in_new_netns([&] { return attach_to_loopback(*meter, how, MeterDir(scratch->path())); })
                             : scratch.error();
  if (tried)
    return *tried;
  context.log.debug("attaching can't be tried", {{"err", tried.error().text}});
  return {};
}

}  // namespace podmeter
