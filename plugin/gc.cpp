// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <vector>

#include "bpf/directory.hpp"
#include "bpf/identity.hpp"
#include "bpf/store.hpp"
#include "plugin/verbs.hpp"

namespace podmeter {
namespace {

// Whether the meter is of this network. One whose identity can't be read may be another network's: it stays.
bool is_of_network(const MeterDir& live, const std::string& network) {
  const auto identity = read_identity(live.identity());
  return identity && identity->network == network;
}

// What a builder left that died before its meter was whole. One that is building still holds its lock.
Result<void> sweep_abandoned(const PinTree& tree) {
  const auto names = list_directory(tree.making_dir());
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  for (const auto& name : *names)
    if (auto swept = sweep_making(tree, name); !swept && swept.error().code != EBUSY)
      return swept;
  return {};
}

}  // namespace

Metered gc(Call& call, const std::vector<Attachment>& valid) {
  const PinTree tree(call.settings.pin_root);
  const auto names = list_directory(tree.live_dir());
  if (!names)
    return is_gone(names.error()) ? Metered() : Failure{FailureReason::kBpffs, names.error()};
  const std::int64_t now = boot_clock_ns();
  std::optional<Failure> first;
  for (const auto& name : *names) {
    const auto attachment = decode_name(name);
    if (!attachment || std::ranges::find(valid, *attachment) != valid.end() ||
        !is_of_network(tree.live(name), call.request.network))
      continue;
    const auto ended = end_meter(tree, name, now);
    if (!ended && !is_gone(ended.error()) && !first)
      first = Failure{FailureReason::kBpffs, ended.error()};
    call.log.info((ended ? "ended " : "could not end ") + name);
  }
  for (const auto& swept : {sweep_abandoned(tree), sweep_ended(tree, call.settings.ended_retention, now)})
    if (!swept && !first)
      first = Failure{FailureReason::kBpffs, swept.error()};
  if (first)
    return *first;
  return {};
}

}  // namespace podmeter
