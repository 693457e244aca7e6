// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/tree_reading.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "bpf/base/directory.hpp"
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
      return broken(dir, state, BrokenPart::kCounters, counters.error());
    auto audit = read_audit(dir.audit());
    keep({std::move(*identity), state, *counters, false,
          audit ? std::optional(*audit) : std::nullopt});  // what only looks wrong costs no count
  }

  // A missing part of a directory that is itself gone is a meter that ended, not a broken one. An ended meter was whole
  // and is removed part by part: it is being swept.
  void broken(const MeterDir& dir, MeterState state, BrokenPart part, const Error& error) {
    if (!is_gone(error) || (state == MeterState::kLive && exists(dir.path())))
      walk_.broken.push_back({dir.path(), part, error});
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

// Whether every meter that was folded since `before` is named by a record of `after`.
bool names_all(const TotalRecords& after, const TotalRecords& before) {
  return std::ranges::all_of(after, [&](const TotalRecord& record) {
    const auto old = std::ranges::find(before, record.name, &TotalRecord::name);
    const std::uint64_t known = old == before.end() ? 0 : old->folded.folded;
    return record.folded.folded - known <= record.folded.recent.size();
  });
}

void mark_folded(Walk& walk, const TotalRecords& before, const TotalRecords& after) {
  std::unordered_set<std::string> folded;
  for (const auto* records : {&before, &after})
    for (const auto& record : *records)
      folded.insert(record.folded.recent.begin(), record.folded.recent.end());
  for (auto& reading : walk.readings)
    reading.is_folded = folded.contains(reading.identity.meter);
}

// Meters between a first and a second look at what names them and what holds those that are swept. Whether that was the
// same for all of them.
struct Attempt {
  Result<Walk> walk;
  bool holds = true;
};
Attempt attempt(const PinTree& tree) {
  const auto names = read_scope_names(tree.scope_names());
  const auto before = read_totals(tree);
  Attempt attempt{walk_meters(tree)};
  if (!attempt.walk)
    return attempt;
  Walk& walk = *attempt.walk;
  attempt.holds = !names || *names == walk.scopes;
  auto after = read_totals(tree);
  if (!before || !after) {
    walk.totals_error = before ? after.error() : before.error();
    attempt.holds = false;
    return attempt;
  }
  if (!names_all(*after, *before)) {
    walk.totals_error = Error{"totals changed more often than could be followed"};
    attempt.holds = false;
    return attempt;
  }
  mark_folded(walk, *before, *after);
  walk.totals = std::move(*after);
  return attempt;
}

}  // namespace

// A slot may change its name when the last meter that held counts for it is swept: what was read before the names
// changed is read again. So it is where more meters were folded than the records tell.
Result<Walk> walk(const PinTree& tree) {
  constexpr int kTries = 5;
  Attempt last = attempt(tree);
  for (int tries = 1; tries < kTries && !last.holds; tries++)
    last = attempt(tree);
  return std::move(last.walk);
}

}  // namespace podmeter
