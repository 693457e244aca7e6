// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/retire.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/base/directory_lock.hpp"
#include "bpf/totals/fold.hpp"
#include "bpf/tree/meter_name.hpp"

namespace podmeter {
namespace {

struct Ended {
  std::string name;
  std::int64_t ended_ns = 0;
};

// Oldest first. What is no ended meter's is not ours.
std::vector<Ended> sorted_by_age(const std::vector<std::string>& names) {
  std::vector<Ended> all;
  for (const auto& name : names)
    if (const auto ended = decode_ended(name))
      all.push_back({name, ended->ended_ns});
  std::ranges::sort(all, {}, &Ended::ended_ns);
  return all;
}

// Moves them out of the ended ones, so that whatever is there when the next process comes is known to be half-way.
// Returns how many go early.
Result<std::size_t> move_due(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns) {
  const auto names = list_directory(tree.ended_dir());
  if (!names)
    return is_gone(names.error()) ? Result<std::size_t>(0) : names.error();
  const auto all = sorted_by_age(*names);
  const std::size_t too_many = all.size() - std::min(all.size(), limits.most);
  std::size_t evicted = 0;
  for (std::size_t i = 0; i < all.size(); i++) {
    const bool is_over = now_ns - all[i].ended_ns > limits.retention.count();
    if (!is_over && i >= too_many)
      break;
    const auto from = tree.ended(all[i].name).path(), to = tree.folding(all[i].name).path();
    if (::rename(from.c_str(), to.c_str()) != 0)
      return system_error("move '" + from + "' to '" + to + "'");
    evicted += is_over ? 0 : 1;
  }
  return evicted;
}

}  // namespace

Result<std::size_t> sweep_ended(const PinTree& tree, const EndedLimits& limits, std::int64_t now_ns) {
  const auto lock = DirectoryLock::take(tree.totals_lock(), DirectoryLock::Wait::kNo);
  if (!lock)
    return is_gone(lock.error()) || lock.error().code == EBUSY ? Result<std::size_t>(0) : lock.error();
  auto evicted = move_due(tree, limits, now_ns);
  if (auto folded = fold_all(*lock, tree); !folded)
    return folded.error();
  return evicted;
}

}  // namespace podmeter
