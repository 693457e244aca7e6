// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/end_meter.hpp"

#include <type_traits>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/totals/retire.hpp"

namespace podmeter {
namespace {

// A step of the tree's writer that detaches a meter of that name on the way: its result, with the reason of the failure
// where it is the detaching that failed.
template <class Done, class Step>
Result<Done, Failure> detaching(const std::string& name, const std::string& netns, PathGone gone, const Step& step) {
  auto reason = FailureReason::kBpffs;
  const Result<Done> done = step([&](const MeterDir& dir) -> Result<void> {
    const auto detached = detach_meter(dir, name, netns, gone);
    if (detached)
      return {};
    reason = detached.error().reason;
    return detached.error().error;
  });
  if (!done)
    return Failure{reason, done.error()};
  if constexpr (std::is_void_v<Done>)
    return {};
  else
    return *done;
}

void note_evicted(const Context& context, std::size_t evicted) {
  context.log.warn("too many ended meters: some went into the totals before their retention was over",
                   {{"meters", std::to_string(evicted)}});
  const std::string pin = context.tree.repairs();
  if (const auto recorded = readable(record_evicted(pin, evicted), pin, context.readers); !recorded)
    context.log.warn("evicted meters are not counted", {{"err", recorded.error().text}});
}

}  // namespace

void note_repair(const Context& context, Repair repair, const std::string& what) {
  context.log.info(what);
  const std::string pin = context.tree.repairs();
  if (const auto recorded = readable(record_repair(pin, repair), pin, context.readers); !recorded)
    context.log.warn("repair is not counted", {{"err", recorded.error().text}});
}

Metered end_live(const PinTree& tree, const LiveMeter& live, const std::string& netns) {
  return detaching<void>(live.name(), netns, PathGone::kEnded,
                         [&](const Detach& detach) { return live.end(tree, boot_clock_ns(), detach); });
}

Metered retire(const Context& context) {
  const auto evicted = retire_ended(context.tree, {context.settings.ended_retention}, boot_clock_ns());
  if (!evicted)
    return Failure{FailureReason::kBpffs, evicted.error()};
  if (*evicted != 0)
    note_evicted(context, *evicted);
  return {};
}

Result<std::vector<std::string>> unfinished(const PinTree& tree) {
  auto names = list_directory(tree.making_dir());
  if (!names)
    return is_gone(names.error()) ? Result(std::vector<std::string>()) : names.error();
  std::erase_if(*names, [&](const std::string& name) {
    const auto lock = DirectoryLock::take(tree.making(name).path(), DirectoryLock::Wait::kNo);
    return !lock && (lock.error().code == EBUSY || is_gone(lock.error()));
  });
  return names;
}

Result<Swept, Failure> sweep_unfinished_meter(const PinTree& tree, const std::string& name, const std::string& netns,
                                              PathGone gone) {
  return detaching<Swept>(name, netns, gone,
                          [&](const Detach& detach) { return sweep_unfinished(tree, name, detach); });
}

}  // namespace podmeter
