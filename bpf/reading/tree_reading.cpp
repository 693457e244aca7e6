// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/tree_reading.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "bpf/base/clock.hpp"
#include "bpf/reading/read_meters.hpp"
#include "bpf/reading/record_watch.hpp"

namespace podmeter {
namespace {

void add_problem(TreeReading& reading, ProblemReason reason, const std::string& path, const Error& error) {
  reading.problems.push_back(make_problem(reason, path, error));
}

void mark_folded(std::vector<MeterReading>& meters, const std::vector<std::uint64_t>& folded) {
  std::unordered_map<std::uint64_t, MeterReading*> by_number;
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

// The meters, between a first and a second look at what names their slots and at the records.
struct Attempt {
  Result<MeterReadings> meters;
  Result<ScopeNames> scopes;
  Result<WatchedRecords> watched;
  bool scopes_changed = false;

  [[nodiscard]] bool is_race() const { return meters && (scopes_changed || (watched && !watched->outrun.empty())); }
};

Attempt attempt(const PinTree& tree) {
  const auto before = read_scope_names(tree.scope_names());
  const auto watch = RecordWatch::begin(tree);
  auto meters = read_meters(tree);
  auto scopes = read_scope_names(tree.scope_names());  // after the counters: see tree/scope_names.hpp
  const bool scopes_changed = before && scopes && *before != *scopes;
  return {std::move(meters), std::move(scopes), watch.end(tree), scopes_changed};
}

// A slot may change its name when the last meter that held counts for it is folded: the meters are read again. So they
// are where more of them were folded than the records tell. Nothing else is better for being read again.
Attempt attempt_until_still(const PinTree& tree) {
  constexpr int kTries = 5;
  Attempt last = attempt(tree);
  for (int tries = 1; tries < kTries && last.is_race(); tries++)
    last = attempt(tree);
  return last;
}

void add_totals(const PinTree& tree, Attempt& last, TreeReading& reading) {
  if (!last.watched) {
    reading.totals.note_incomplete(std::nullopt);
    return add_problem(reading, ProblemReason::kTotals, tree.totals_dir(), last.watched.error());
  }
  give_up(*last.watched);
  mark_folded(reading.meters, last.watched->folded);
  reading.totals = sum_totals(last.watched->records, reading.meters, reading.scopes);
  for (const auto& key : last.meters->uncounted)
    reading.totals.note_incomplete(key);
  if (!last.scopes)
    reading.totals.note_incomplete(std::nullopt);
  for (const auto& record : last.watched->records.broken)
    add_problem(reading, ProblemReason::kTotals, tree.total(record.name).path(), record.error);
}

void add_meters(const PinTree& tree, TreeReading& reading) {
  Attempt last = attempt_until_still(tree);
  if (!last.meters)
    return add_problem(reading, ProblemReason::kTree, tree.version_dir(), last.meters.error());
  reading.meters = std::move(last.meters->meters);
  reading.problems = std::move(last.meters->broken);
  reading.scopes = last.scopes ? std::move(*last.scopes) : ScopeNames();
  if (!last.scopes)
    add_problem(reading, ProblemReason::kScopes, tree.scope_names(), last.scopes.error());
  add_totals(tree, last, reading);
}

// None were counted where there is nothing to read.
template <class Counts>
void add_events(const Result<Counts>& counts, ProblemReason reason, const std::string& path, std::optional<Counts>& out,
                TreeReading& reading) {
  if (counts) {
    out = *counts;
  } else if (!is_gone(counts.error())) {
    out.reset();
    add_problem(reading, reason, path, counts.error());
  }
}

}  // namespace

TreeReading read_tree(const PinTree& tree) {
  const auto begin = std::chrono::steady_clock::now();
  TreeReading reading;
  add_meters(tree, reading);
  add_events(read_failures(tree.failures()), ProblemReason::kFailures, tree.failures(), reading.failures, reading);
  add_events(read_repairs(tree.repairs()), ProblemReason::kRepairCounts, tree.repairs(), reading.repairs, reading);
  reading.took = std::chrono::steady_clock::now() - begin;
  reading.time_ns = wall_clock_ns();
  return reading;
}

std::size_t count_meters(const TreeReading& reading, MeterState state) {
  return static_cast<std::size_t>(std::ranges::count(reading.meters, state, &MeterReading::state));
}

std::size_t count_broken_meters(const TreeReading& reading) {
  return static_cast<std::size_t>(std::ranges::count_if(reading.problems, is_broken_meter));
}

const Problem* find_problem(const TreeReading& reading, ProblemReason reason) {
  const auto found = std::ranges::find(reading.problems, reason, &Problem::reason);
  return found == reading.problems.end() ? nullptr : &*found;
}

}  // namespace podmeter
