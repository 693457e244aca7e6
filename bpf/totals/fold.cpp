// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/fold.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <span>
#include <unordered_set>

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/meter_store.hpp"

namespace podmeter {
namespace {

// Half of what a record remembers: who reads beside a fold still finds every meter of the one before.
constexpr std::size_t kBatch = kRecentMax / 2;

struct FinalCounts {
  MeterDir dir;
  std::string meter;
  ScopeCounts counts;
};

class Folding {
 public:
  Folding(const PinTree& tree, TotalRecords records, ScopeNames names)
      : tree_(tree), records_(std::move(records)), names_(std::move(names)), labelled_(records_) {
    for (const auto& record : records_)
      folded_.insert(record.folded.recent.begin(), record.folded.recent.end());
  }

  Result<void> run(const std::vector<std::string>& names);

 private:
  // Those that a record names already.
  Result<void> remove_folded(const std::vector<std::string>& names);
  // Sorts a meter under its key, or removes it where there is nothing to fold.
  Result<void> read(const MeterDir& dir);
  Result<void> drop(const MeterDir& dir, const Error& why);
  Result<void> fold(const TotalKey& key, std::span<const FinalCounts> batch);
  Result<void> publish(const TotalKey& key, const FoldedCounts& more);
  Result<void> make_record(const TotalKey& key, const FoldedCounts& counts);
  Result<void> remove_unfinished();

  const PinTree& tree_;
  TotalRecords records_;
  ScopeNames names_;
  LabelledKeys labelled_;
  std::unordered_set<std::string> folded_;
  std::map<TotalKey, std::vector<FinalCounts>> waiting_;
};

bool is_zero(const pm_counters& counters) {
  for (std::uint32_t slot = 0; slot < PM_SCOPES; slot++)
    if (holds_counts(counters, slot))
      return false;
  return true;
}

bool is_zero(const std::array<pm_count, PM_DIRECTIONS>& counts) {
  return std::ranges::all_of(counts, [](const pm_count& count) { return (count.bytes | count.packets) == 0; });
}

// Whether trying again may help: the kernel was out of something, or a signal came.
bool may_pass(const Error& error) {
  return error.code != 0 && error.code != EPROTOTYPE && error.code != EINVAL;
}

FoldedCounts combined(const FoldedCounts& a, const FoldedCounts& b) {
  FoldedCounts both = a;
  both.folded += b.folded;
  both.recent.insert(both.recent.end(), b.recent.begin(), b.recent.end());
  if (both.recent.size() > kRecentMax)
    both.recent.erase(both.recent.begin(), both.recent.end() - kRecentMax);
  add(both.counts, b.counts);
  return both;
}

bool fits(const FoldedCounts& counts) {
  return to_text(counts).size() <= kSymlinkMax;
}

Result<void> Folding::remove_folded(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const MeterDir dir = tree_.folding(name);
    const auto identity = read_identity(dir.identity());
    if (identity && folded_.contains(identity->meter))
      if (auto removed = remove_meter(dir); !removed)
        return removed;
  }
  return {};
}

// A meter whose identity or counters are gone was folded and half removed: they go after that alone.
Result<void> Folding::read(const MeterDir& dir) {
  const auto identity = read_identity(dir.identity());
  if (!identity)
    return is_gone(identity.error()) ? remove_meter(dir) : drop(dir, identity.error());
  if (!is_meter_id(identity->meter))
    return drop(dir, {"'" + identity->meter + "' is no meter's ID"});
  const auto counters = read_counters(dir.counters());
  if (!counters)
    return is_gone(counters.error()) ? remove_meter(dir) : drop(dir, counters.error());
  if (is_zero(*counters))
    return remove_meter(dir);
  auto counts = by_scope(*counters, names_);
  std::erase_if(counts, [](const auto& scope) { return is_zero(scope.second); });
  waiting_[labelled_.fitting(key_of(*identity))].push_back({dir, identity->meter, std::move(counts)});
  return {};
}

Result<void> Folding::drop(const MeterDir& dir, const Error& why) {
  if (may_pass(why))
    return why;
  if (auto removed = remove_meter(dir); !removed)
    return removed;
  return why.in("counts of '" + dir.path() + "' are lost");
}

// A record that is full stays as it is; another of the same key takes over.
Result<void> Folding::publish(const TotalKey& key, const FoldedCounts& more) {
  for (auto& record : records_) {
    if (record.key != key)
      continue;
    const auto both = combined(record.folded, more);
    if (!fits(both))
      continue;
    if (auto written = replace_symlink(tree_.total(record.name).counts(), to_text(both)); !written)
      return written;
    record.folded = both;
    return {};
  }
  return make_record(key, more);
}

Result<void> Folding::make_record(const TotalKey& key, const FoldedCounts& counts) {
  const std::string& name = counts.recent.front();
  const TotalDir fresh = tree_.total(name + "+new");  // no record's name: nobody looks until it is whole
  struct stat above {};
  if (::stat(tree_.totals_dir().c_str(), &above) != 0)
    return system_error("ask whose '" + tree_.totals_dir() + "' is");
  if (auto made = make_directory(fresh.path(), above.st_gid); !made)
    return made;
  if (auto written = replace_symlink(fresh.key(), to_text(key)); !written)
    return written;
  if (auto written = replace_symlink(fresh.counts(), to_text(counts)); !written)
    return written;
  if (const auto path = tree_.total(name).path(); ::rename(fresh.path().c_str(), path.c_str()) != 0)
    return system_error("move '" + fresh.path() + "' to '" + path + "'");
  labelled_.note(key);
  records_.push_back({name, key, counts});
  return {};
}

Result<void> Folding::fold(const TotalKey& key, std::span<const FinalCounts> batch) {
  FoldedCounts more;
  for (const auto& meter : batch) {
    more.folded++;
    more.recent.push_back(meter.meter);
    add(more.counts, meter.counts);
  }
  if (auto published = publish(key, more); !published)
    return published.error().in("fold the counts of namespace '" + key.pod_namespace + "'");
  for (const auto& meter : batch)
    if (auto removed = remove_meter(meter.dir); !removed)
      return removed;
  return {};
}

// What a process left that died before its record was whole.
Result<void> Folding::remove_unfinished() {
  const auto names = list_directory(tree_.totals_dir());
  if (!names)
    return names.error();
  for (const auto& name : *names)
    if (name.ends_with("+new"))
      if (auto removed = remove_directory(tree_.total(name).path()); !removed)
        return removed;
  return {};
}

// Nothing more is folded after a failure to remove what was: a record remembers only so many.
Result<void> Folding::run(const std::vector<std::string>& names) {
  if (auto removed = remove_folded(names); !removed)
    return removed;
  Result<void> first = remove_unfinished();
  for (const auto& name : names)
    if (auto sorted = read(tree_.folding(name)); !sorted && first)
      first = sorted;
  for (const auto& [key, meters] : waiting_)
    for (std::span<const FinalCounts> rest = meters; !rest.empty();) {
      const auto batch = rest.first(std::min(kBatch, rest.size()));
      if (auto done = fold(key, batch); !done)
        return done;
      rest = rest.subspan(batch.size());
    }
  return first;
}

}  // namespace

Result<void> fold_all(const DirectoryLock& /*lock*/, const PinTree& tree) {
  const auto names = list_directory(tree.folding_dir());
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  if (names->empty())
    return {};
  auto records = read_totals(tree);
  if (!records)
    return records.error();
  auto scopes = read_scope_names(tree.scope_names());
  if (!scopes)
    return scopes.error();
  return Folding(tree, std::move(*records), std::move(*scopes)).run(*names);
}

}  // namespace podmeter
