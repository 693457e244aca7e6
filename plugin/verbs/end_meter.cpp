// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/end_meter.hpp"

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/totals/retire.hpp"
#include "bpf/tree/identity.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"

namespace podmeter {
namespace {

// Where reconcile found its interface replaced, the filters are on the one that has the name now.
Result<void> detach_filters_of(const LiveMeter& live, std::uint32_t ifindex) {
  if (auto detached = detach_filters(live.dir(), ifindex); !detached)
    return detached;
  const auto attachment = decode_name(live.name());
  const auto interface = attachment ? find_interface(attachment->interface) : attachment.error();
  return interface && interface->index != ifindex ? detach_filters(live.dir(), interface->index) : Result<void>();
}

Metered detach(const LiveMeter& live, const std::string& netns) {
  const auto found = find_identity(live.dir().identity());
  if (!found)
    return Failure{FailureReason::kBpffs, found.error()};
  const auto& identity = *found;
  if (!identity || hook_of(identity->attach).held_by() == HeldBy::kLink || netns.empty())
    return {};
  const auto detached = in_netns(netns, [&] { return detach_filters_of(live, identity->ifindex); });
  if (!detached)
    return is_gone(detached.error()) ? Metered() : Failure{FailureReason::kNetns, detached.error()};
  return because(FailureReason::kAttach, *detached);
}

void note_evicted(const Context& context, std::size_t evicted) {
  context.log.warn("too many ended meters: some went into the totals before their retention was over",
                   {{"meters", std::to_string(evicted)}});
  if (const auto recorded = record_evicted(context.tree.repairs(), evicted); !recorded)
    return context.log.warn("evicted meters are not counted", {{"err", recorded.error().text}});
  (void)share_pin(context.tree.repairs(), context.readers);
}

}  // namespace

void note_repair(const Context& context, Repair repair, const std::string& what) {
  context.log.info(what);
  if (const auto recorded = record_repair(context.tree.repairs(), repair); !recorded)
    return context.log.warn("repair is not counted", {{"err", recorded.error().text}});
  (void)share_pin(context.tree.repairs(), context.readers);
}

Metered end_live(const PinTree& tree, const LiveMeter& live, const std::string& netns) {
  if (auto detached = detach(live, netns); !detached)
    return detached;
  return because(FailureReason::kBpffs, live.end(tree, boot_clock_ns(), detach_links));
}

Metered sweep(const Context& context) {
  const auto evicted = sweep_ended(context.tree, {context.settings.ended_retention}, boot_clock_ns());
  if (!evicted)
    return Failure{FailureReason::kBpffs, evicted.error()};
  if (*evicted != 0)
    note_evicted(context, *evicted);
  return {};
}

Result<std::vector<std::string>> half_made(const PinTree& tree) {
  auto names = list_directory(tree.making_dir());
  if (!names)
    return is_gone(names.error()) ? Result(std::vector<std::string>()) : names.error();
  std::erase_if(*names, [&](const std::string& name) {
    return !DirectoryLock::take(tree.making(name).path(), DirectoryLock::Wait::kNo);
  });
  return names;
}

// Another may have swept it since, or be making it anew.
Repaired sweep_half_made_meter(const PinTree& tree, const std::string& name) {
  const auto swept = sweep_making(tree, name, detach_links);
  return swept ? Repaired(*swept == Swept::kSwept) : Failure{FailureReason::kBpffs, swept.error()};
}

}  // namespace podmeter
