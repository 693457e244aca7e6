// SPDX-License-Identifier: Apache-2.0
#include "bpf/walk.hpp"

#include <unordered_map>

#include "bpf/counters.hpp"
#include "bpf/directory.hpp"

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

  // After the counters: see scope_names.hpp.
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
    keep({std::move(*identity), state, *counters});
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

Result<Walk> walk_once(const PinTree& tree) {
  Walker walker;
  if (auto live = walker.list(tree.live_dir(), MeterState::kLive); !live)
    return live.error();
  if (auto ended = walker.list(tree.ended_dir(), MeterState::kEnded); !ended)
    return ended.error();
  walker.name_scopes(tree.scope_names());
  return walker.take();
}

}  // namespace

// A slot may change its name when the last meter that held counts for it is swept: what was read before the names
// changed is read again.
Result<Walk> walk(const PinTree& tree) {
  constexpr int kTries = 3;
  Result<Walk> walked = Error{};
  for (int tries = 0; tries < kTries; tries++) {
    const auto before = read_scope_names(tree.scope_names());
    walked = walk_once(tree);
    if (!walked || !before || *before == walked->scopes)
      break;
  }
  return walked;
}

}  // namespace podmeter
