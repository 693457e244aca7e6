// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/retire.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/base/directory_lock.hpp"
#include "bpf/totals/fold.hpp"
#include "bpf/tree/meter_name.hpp"
#include "bpf/tree/meter_store.hpp"

namespace podmeter {
namespace {

struct Ended {
  std::string name;
  std::int64_t ended_ns = 0;
};

// Oldest first, without what is not an ended meter's.
std::vector<Ended> sorted_by_age(const std::vector<std::string>& names) {
  std::vector<Ended> all;
  for (const auto& name : names)
    if (const auto ended = decode_ended(name))
      all.push_back({name, ended->ended_ns});
  std::ranges::sort(all, {}, &Ended::ended_ns);
  return all;
}

// A directory that is not there is empty.
Result<std::vector<Ended>> list_by_age(const std::string& dir) {
  const auto names = list_directory(dir);
  if (!names)
    return is_gone(names.error()) ? Result(std::vector<Ended>()) : names.error();
  return sorted_by_age(*names);
}

std::size_t excess(std::size_t meters, std::size_t most) {
  return meters - std::min(meters, most);
}

// Moves meters out of the ended ones, so that whatever is there when the next process comes is known to be half-way.
// `unfolded` meters are there already. Returns how many go early.
Result<std::size_t> move_due(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns,
                             std::size_t unfolded) {
  const auto all = list_by_age(tree.ended_dir());
  if (!all)
    return all.error();
  const std::size_t too_many = excess(all->size() + unfolded, limits.most);
  std::size_t evicted = 0;
  for (std::size_t i = 0; i < all->size(); i++) {
    const auto& [name, ended_ns] = (*all)[i];
    const bool is_over = now_ns - ended_ns > limits.retention.count();
    if (!is_over && i >= too_many)
      break;
    const auto from = tree.ended(name).path(), to = tree.folding(name).path();
    if (::rename(from.c_str(), to.c_str()) != 0)
      return system_error("move '" + from + "' to '" + to + "'");
    evicted += is_over ? 0 : 1;
  }
  return evicted;
}

// Removes the oldest of the meters that an earlier call left unfolded, as this one did, until no more than `most` are
// kept. Returns how many.
Result<std::size_t> drop_unfolded(const PinTree& tree, std::size_t most, const std::vector<Ended>& left) {
  const auto ended = list_by_age(tree.ended_dir()), folding = list_by_age(tree.folding_dir());
  if (!ended || !folding)
    return ended ? folding.error() : ended.error();
  std::set<std::string> still;
  for (const auto& meter : *folding)
    still.insert(meter.name);
  const std::size_t too_many = excess(ended->size() + folding->size(), most);
  std::size_t dropped = 0;
  for (const auto& meter : left) {
    if (dropped == too_many)
      break;
    if (!still.contains(meter.name))
      continue;
    if (auto removed = remove_meter(tree.folding(meter.name)); !removed)
      return removed.error();
    dropped++;
  }
  return dropped;
}

// The error of a call that could not fold everything.
Error unfolded_error(const Error& why, const Result<std::size_t>& dropped) {
  if (!dropped)
    return dropped.error();
  return *dropped == 0 ? why
                       : why.in("too many ended meters could not be folded: the counts of the " +
                                std::to_string(*dropped) + " oldest are lost");
}

}  // namespace

Result<std::size_t> retire_ended(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns) {
  const auto lock = DirectoryLock::take(tree.totals_lock(), DirectoryLock::Wait::kNo);
  if (!lock)
    return is_gone(lock.error()) || lock.error().code == EBUSY ? Result<std::size_t>(0) : lock.error();
  const auto left = list_by_age(tree.folding_dir());
  if (!left)
    return left.error();
  auto evicted = move_due(tree, limits, now_ns, left->size());
  if (auto folded = fold_all(*lock, tree); !folded)
    return unfolded_error(folded.error(), drop_unfolded(tree, limits.most, *left));
  return evicted;
}

}  // namespace podmeter
