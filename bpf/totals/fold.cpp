// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/fold.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <span>
#include <unordered_map>

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/meter_store.hpp"

namespace podmeter {
namespace {

// Half of what a record remembers: who reads beside a fold still finds every meter of the one before.
constexpr std::size_t kBatch = kRecentMax / 2;

struct FinalCounts {
  MeterDir dir;
  std::uint64_t meter = 0;
  ScopeCounts counts;
};

struct OpenRecord {
  std::string name;
  FoldedCounts folded;
};

class Folding {
 public:
  Folding(const PinTree& tree, const TotalRecords& records, ScopeNames names);

  Result<void> run(const std::vector<std::string>& names);

 private:
  Result<void> remove_folded(const std::vector<std::string>& names);
  // Sorts a meter under its key, or removes it where there is nothing to fold.
  Result<void> read(const MeterDir& dir);
  Result<void> drop(const MeterDir& dir, const Error& why);
  Result<void> fold(const TotalKey& key, std::span<const FinalCounts> meters);
  Result<void> fold_batch(const TotalKey& key, std::span<const FinalCounts> batch);
  Result<void> publish(const TotalKey& key, const FoldedCounts& more);
  Result<void> make_record(const TotalKey& key, const FoldedCounts& counts);
  Result<void> remove_unfinished();

  const PinTree& tree_;
  ScopeNames names_;
  LabelledKeys labelled_;
  std::multimap<TotalKey, OpenRecord> records_;  // those that can be read
  std::vector<std::uint64_t> folded_;            // meters that a record, broken or not, is known to hold
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

// The kernel was out of something, or a signal came: the next fold may have more luck. Not so where a text can't be
// parsed, a pin is another's, or something is not there.
bool may_pass(const Error& error) {
  constexpr std::array kForGood = {0, EBADMSG, EPROTOTYPE, ENOENT};
  return std::ranges::find(kForGood, error.code) == kForGood.end();
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

// A record is named after the first meter that it holds, so that much is known of a broken one too.
Folding::Folding(const PinTree& tree, const TotalRecords& records, ScopeNames names)
    : tree_(tree), names_(std::move(names)), labelled_(records) {
  for (const auto& [name, record] : records.by_name) {
    records_.emplace(record.key, OpenRecord{name, record.folded});
    folded_.push_back(meter_number(name).value_or(0));
    folded_.insert(folded_.end(), record.folded.recent.begin(), record.folded.recent.end());
  }
  for (const auto& record : records.broken)
    folded_.push_back(meter_number(record.name).value_or(0));
}

// The meters of these names by their numbers, but those without one. A meter that can't be told from a folded one now
// may be one: that is an error, so that nothing is folded until it can.
Result<std::unordered_map<std::uint64_t, MeterDir>> numbered(const PinTree& tree,
                                                             const std::vector<std::string>& names) {
  std::unordered_map<std::uint64_t, MeterDir> all;
  for (const auto& name : names) {
    const MeterDir dir = tree.folding(name);
    const auto identity = read_identity(dir.identity());
    if (!identity && may_pass(identity.error()))
      return identity.error();
    if (const auto number = identity ? meter_number(identity->meter) : std::nullopt)
      all.emplace(*number, dir);
  }
  return all;
}

Result<void> Folding::remove_folded(const std::vector<std::string>& names) {
  const auto waiting = numbered(tree_, names);
  if (!waiting)
    return waiting.error();
  for (const auto number : folded_)
    if (const auto found = waiting->find(number); found != waiting->end())
      if (auto removed = remove_meter(found->second); !removed)
        return removed;
  return {};
}

// A meter whose identity or counters are gone was folded and half removed: they go after that alone.
Result<void> Folding::read(const MeterDir& dir) {
  const auto identity = read_identity(dir.identity());
  if (!identity)
    return is_gone(identity.error()) ? remove_meter(dir) : drop(dir, identity.error());
  const auto meter = meter_number(identity->meter);
  if (!meter)
    return drop(dir, {"'" + identity->meter + "' is not a meter's ID"});
  const auto counters = read_counters(dir.counters());
  if (!counters)
    return is_gone(counters.error()) ? remove_meter(dir) : drop(dir, counters.error());
  if (is_zero(*counters))
    return remove_meter(dir);
  auto counts = by_scope(*counters, names_);
  std::erase_if(counts, [](const auto& scope) { return is_zero(scope.second); });
  waiting_[labelled_.fitting(key_of(*identity))].push_back({dir, *meter, std::move(counts)});
  return {};
}

Result<void> Folding::drop(const MeterDir& dir, const Error& why) {
  if (may_pass(why))
    return why;
  if (auto removed = remove_meter(dir); !removed)
    return removed;
  return why.in("counts of '" + dir.path() + "' are lost");
}

// A record that is full, or broken, stays as it is; another of the same key takes over.
Result<void> Folding::publish(const TotalKey& key, const FoldedCounts& more) {
  const auto [first, last] = records_.equal_range(key);
  for (auto at = first; at != last; ++at) {
    auto& [name, folded] = at->second;
    auto both = combined(folded, more);
    if (!fits(both))
      continue;
    if (auto written = replace_symlink(tree_.total(name).counts(), to_text(both)); !written)
      return written;
    folded = std::move(both);
    return {};
  }
  return make_record(key, more);
}

Result<void> Folding::make_record(const TotalKey& key, const FoldedCounts& counts) {
  const std::string name = meter_id(counts.recent.front());
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
  records_.emplace(key, OpenRecord{name, counts});
  return {};
}

Result<void> Folding::fold_batch(const TotalKey& key, std::span<const FinalCounts> batch) {
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

// Removes the records that dead processes left unfinished.
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

// Nothing more is folded into a key after a failure to remove what was: a record remembers only so many.
Result<void> Folding::fold(const TotalKey& key, std::span<const FinalCounts> meters) {
  while (!meters.empty()) {
    const auto batch = meters.first(std::min(kBatch, meters.size()));
    if (auto folded = fold_batch(key, batch); !folded)
      return folded;
    meters = meters.subspan(batch.size());
  }
  return {};
}

Result<void> Folding::run(const std::vector<std::string>& names) {
  if (auto removed = remove_folded(names); !removed)
    return removed;
  Result<void> first = remove_unfinished();
  const auto keep_first = [&first](Result<void> result) {
    if (first && !result)
      first = std::move(result);
  };
  for (const auto& name : names)
    keep_first(read(tree_.folding(name)));
  for (const auto& [key, meters] : waiting_)
    keep_first(fold(key, meters));
  return first;
}

// A record that could be read in a moment lists meters that must not be folded again; one that can't be read for good
// stops nobody.
Result<void> check_records(const TotalRecords& records) {
  for (const auto& record : records.broken)
    if (may_pass(record.error))
      return record.error;
  return {};
}

}  // namespace

Result<void> fold_all(const DirectoryLock& /*lock*/, const PinTree& tree) {
  const auto names = list_directory(tree.folding_dir());
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  if (names->empty())
    return {};
  const auto records = read_totals(tree);
  if (!records)
    return records.error();
  if (auto readable = check_records(*records); !readable)
    return readable;
  auto scopes = read_scope_names(tree.scope_names());
  if (!scopes)
    return scopes.error();
  return Folding(tree, *records, std::move(*scopes)).run(*names);
}

}  // namespace podmeter
