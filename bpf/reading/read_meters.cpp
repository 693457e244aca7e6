// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/read_meters.hpp"

#include <string>
#include <unordered_map>
#include <utility>

#include "bpf/base/directory.hpp"
#include "bpf/base/utf8.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/meter_name.hpp"

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

class Reader {
 public:
  Result<void> read_all(const std::string& dir, MeterState state) {
    const auto names = list_directory(dir);
    if (!names)
      return is_gone(names.error()) ? Result<void>() : names.error();
    for (const auto& name : *names)
      read(MeterDir(dir + '/' + name), name, state);
    return {};
  }

  MeterReadings take() { return std::move(reading_); }

 private:
  void read(const MeterDir& dir, const std::string& name, MeterState state) {
    const auto attachment = attachment_of(name, state);
    if (!attachment)
      return broken(dir, state, ProblemReason::kName, attachment.error());
    auto identity = read_identity(dir.identity());
    if (!identity)
      return broken(dir, state, ProblemReason::kIdentity, identity.error());
    identity->attachment = {valid_utf8(attachment->container_id), valid_utf8(attachment->interface)};
    const auto counters = read_counters(dir.counters());
    if (!counters)
      return broken(dir, state, ProblemReason::kCounters, counters.error(), key_of(*identity));
    auto audit = read_audit(dir.audit());
    keep({std::move(*identity), state, *counters, false,
          audit ? std::optional(*audit) : std::nullopt});  // what only looks wrong costs no count
  }

  // A missing part of a directory that is itself gone is a meter that ended, not a broken one. An ended meter was whole
  // and is removed part by part: it is being folded. One without a name of ours counted nothing.
  void broken(const MeterDir& dir, MeterState state, ProblemReason part, const Error& error,
              const std::optional<TotalKey>& key = {}) {
    if (is_gone(error) && (state == MeterState::kEnded || !exists(dir.path())))
      return;
    reading_.broken.push_back(make_problem(part, dir.path(), error));
    if (part != ProblemReason::kName)
      reading_.uncounted.push_back(key);
  }

  // Live meters come first: one that was moved in between is seen again, with its final counts.
  void keep(MeterReading meter) {
    const auto [at, fresh] = index_.try_emplace(meter.identity.meter, reading_.meters.size());
    if (fresh)
      reading_.meters.push_back(std::move(meter));
    else
      reading_.meters[at->second] = std::move(meter);
  }

  MeterReadings reading_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

std::string_view state_name(MeterState state) {
  return state == MeterState::kLive ? "live" : "ended";
}

Result<MeterReadings> read_meters(const PinTree& tree) {
  Reader reader;
  if (auto live = reader.read_all(tree.live_dir(), MeterState::kLive); !live)
    return live.error();
  for (const auto& dir : {tree.ended_dir(), tree.folding_dir()})
    if (auto ended = reader.read_all(dir, MeterState::kEnded); !ended)
      return ended.error();
  return reader.take();
}

}  // namespace podmeter
