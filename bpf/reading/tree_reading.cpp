// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/tree_reading.hpp"

#include <unordered_map>

#include "bpf/base/directory.hpp"
#include "bpf/reading/record_watch.hpp"
#include "bpf/tree/counters.hpp"

namespace podmeter {
namespace {

Result<Attachment> attachment_of(const std::string& name, MeterState state) {
  if (state == MeterState::kLive)
    return decode_name(name);
  auto ended = decode_ended(name);
  if (!ended)
    return ended.error();
  return ended->attachment;
}

class Walker {
 public:
  Result<void> list(const std::string& dir, MeterState state) {
    const auto names = list_directory(dir);
    if (!names)
      return is_gone(names.error()) ? Result<void>() : names.error();
    for (const auto& name : *names)
      read(MeterDir(dir + '/' + name), name, state);
    return {};
  }

  // After the counters: see tree/scope_names.hpp.
  void name_scopes(const std::string& path) {
    auto names = read_scope_names(path);
    walk_.scopes = names ? std::move(*names) : ScopeNames();
    if (!names)
      walk_.scopes_error = names.error();
  }

  Walk take() { return std::move(walk_); }

 private:
  void read(const MeterDir& dir, const std::string& name, MeterState state) {
    const auto attachment = attachment_of(name, state);
    if (!attachment)
      return broken(dir, state, BrokenPart::kName, attachment.error());
    auto identity = read_identity(dir.identity());
    if (!identity)
      return broken(dir, state, BrokenPart::kIdentity, identity.error());
    identity->attachment = *attachment;
    const auto counters = read_counters(dir.counters());
    if (!counters)
      return broken(dir, state, BrokenPart::kCounters, counters.error(), key_of(*identity));
    auto audit = read_audit(dir.audit());
    keep({std::move(*identity), state, *counters, false,
          audit ? std::optional(*audit) : std::nullopt});  // what only looks wrong costs no count
  }

  // A missing part of a directory that is itself gone is a meter that ended, not a broken one. An ended meter was whole
  // and is removed part by part: it is being swept.
  void broken(const MeterDir& dir, MeterState state, BrokenPart part, const Error& error,
              const std::optional<TotalKey>& key = {}) {
    if (!is_gone(error) || (state == MeterState::kLive && exists(dir.path())))
      walk_.broken.push_back({dir.path(), part, error, key});
  }

  // Live meters come first: one that was moved in between is seen again, with its final counts.
  void keep(Reading reading) {
    const auto [at, fresh] = index_.try_emplace(reading.identity.meter, walk_.readings.size());
    if (fresh)
      walk_.readings.push_back(std::move(reading));
    else
      walk_.readings[at->second] = std::move(reading);
  }

  Walk walk_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

std::string_view state_name(MeterState state) {
  return state == MeterState::kLive ? "live" : "ended";
}

namespace {

Result<Walk> walk_meters(const PinTree& tree) {
  Walker walker;
  if (auto live = walker.list(tree.live_dir(), MeterState::kLive); !live)
    return live.error();
  for (const auto& dir : {tree.ended_dir(), tree.folding_dir()})
    if (auto ended = walker.list(dir, MeterState::kEnded); !ended)
      return ended.error();
  walker.name_scopes(tree.scope_names());
  return walker.take();
}

void mark_folded(std::vector<Reading>& meters, const std::vector<std::uint64_t>& folded) {
  std::unordered_map<std::uint64_t, Reading*> by_number;
  for (auto& meter : meters)
    if (const auto number = meter_number(meter.identity.meter))
      by_number.emplace(*number, &meter);
  for (const auto number : folded)
    if (const auto found = by_number.find(number); found != by_number.end())
      found->second->is_folded = true;
}

// Counts of the meters that a record doesn't list any more can be in it or not.
void give_up(WatchedRecords& watched) {
  for (const auto& name : watched.outrun) {
    const auto record = watched.records.by_name.extract(name);
    watched.records.broken.push_back(
        {name, record.mapped().key, {"total '" + name + "' changed more often than could be followed"}});
  }
}

// A meter that can't be read and has no name of ours counted nothing.
void note_incomplete(Walk& walk) {
  for (const auto& meter : walk.broken)
    if (meter.part != BrokenPart::kName)
      walk.totals.note_incomplete(meter.key);
  if (walk.scopes_error)
    walk.totals.note_incomplete(std::nullopt);
}

void add_totals(Walk& walk, Result<WatchedRecords>& watched) {
  if (!watched) {
    walk.totals_error = watched.error();
    walk.totals.note_incomplete(std::nullopt);
    return;
  }
  give_up(*watched);
  mark_folded(walk.readings, watched->folded);
  walk.totals = sum_totals(watched->records, walk.readings, walk.scopes);
  note_incomplete(walk);
  walk.broken_records = std::move(watched->records.broken);
}

// The meters, between a first and a second look at what names their slots and at the records.
struct Attempt {
  Result<Walk> walk;
  Result<WatchedRecords> watched;
  bool names_changed = false;

  [[nodiscard]] bool is_race() const { return names_changed || (watched && !watched->outrun.empty()); }
};

Attempt attempt(const PinTree& tree) {
  const auto names = read_scope_names(tree.scope_names());
  const auto watch = RecordWatch::begin(tree);
  auto walk = walk_meters(tree);
  const bool names_changed = walk && names && *names != walk->scopes;
  return {std::move(walk), watch.end(tree), names_changed};
}

}  // namespace

// A slot may change its name when the last meter that held counts for it is swept: the meters are read again. So they
// are where more of them were folded than the records tell. Nothing else is better for being read again.
Result<Walk> walk(const PinTree& tree) {
  constexpr int kTries = 5;
  Attempt last = attempt(tree);
  for (int tries = 1; tries < kTries && last.walk && last.is_race(); tries++)
    last = attempt(tree);
  if (last.walk)
    add_totals(*last.walk, last.watched);
  return std::move(last.walk);
}

}  // namespace podmeter
