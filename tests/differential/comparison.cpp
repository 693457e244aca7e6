// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/comparison.hpp"

#include <cstring>
#include <numeric>

#include "tests/differential/corpus.hpp"

namespace podmeter::tests {
namespace {

pm_counters plus(pm_counters counters, pm_direction direction, const Tally& tally) {
  counters.of[direction][tally.slot].bytes += tally.bytes;
  counters.of[direction][tally.slot].packets += tally.packets;
  return counters;
}

bool same(const pm_counters& a, const pm_counters& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

std::string text_of(const Tally& tally) {
  return "slot " + std::to_string(tally.slot) + ": " + std::to_string(tally.bytes) + " bytes, " +
         std::to_string(tally.packets) + " packets\n";
}

// The counts that were added, a line for each slot.
std::string growth(const pm_counters& before, const pm_counters& after) {
  std::string text;
  for (const auto direction : kDirections)
    for (int slot = 0; slot < PM_SCOPES; slot++) {
      const auto &old = before.of[direction][slot], &now = after.of[direction][slot];
      if (now.bytes != old.bytes || now.packets != old.packets)
        text += std::string(direction_name(direction)) + ' ' +
                text_of({static_cast<std::uint32_t>(slot), now.bytes - old.bytes, now.packets - old.packets});
    }
  return text;
}

std::string described(const Packet& packet, const Ran& ran, const std::string& counted) {
  return "returned " + std::to_string(ran.returned) + (ran.after == packet.frame ? "" : ", changed the frame") +
         " and counted\n" + counted;
}

}  // namespace

Comparison::Comparison(std::string name, ScopeTable table, Programs ethernet, Programs none, Reference reference)
    : name_(std::move(name)),
      table_(std::move(table)),
      ethernet_(std::move(ethernet)),
      none_(std::move(none)),
      reference_(std::move(reference)) {}

Result<Comparison::Programs> Comparison::load(LinkLayer link_layer, const ScopeTable& table) {
  auto meter = LoadedMeter::load(link_layer, table);
  if (!meter)
    return meter.error();
  auto counters = CounterMap::open(meter->dir().counters());
  if (!counters)
    return counters.error();
  return Programs{std::move(*meter), std::move(*counters)};
}

Result<Comparison> Comparison::open(std::string name, const ScopeSet& scopes) {
  auto table = make_table(scopes);
  if (!table)
    return table.error();
  auto ethernet = load(LinkLayer::kEthernet, *table), none = load(LinkLayer::kNone, *table);
  if (!ethernet || !none)
    return ethernet ? none.error() : ethernet.error();
  ScopeSlots slots(scopes.names.size());
  std::iota(slots.begin(), slots.end(), 1U);
  return Comparison(std::move(name), std::move(*table), std::move(*ethernet), std::move(*none),
                    Reference(scopes, std::move(slots)));
}

Result<std::optional<std::string>> Comparison::differs(const Packet& packet, const Tally& expected) {
  auto& programs = packet.link_layer == LinkLayer::kEthernet ? ethernet_ : none_;
  const auto ran = run_program(programs.meter.program(packet.direction), packet.frame, packet.gso);
  if (!ran)
    return ran.error();
  const auto values = programs.counters.read(0);
  if (!values)
    return values.error();
  const auto before = std::exchange(programs.last, sum(*values));
  if (ran->returned == -1 && ran->after == packet.frame &&
      same(programs.last, plus(before, packet.direction, expected)))
    return std::optional<std::string>();
  return std::optional(described(packet, *ran, growth(before, programs.last)));
}

Result<std::optional<std::string>> Comparison::compare(const Packet& packet) {
  const auto expected = reference(packet);
  auto difference = differs(packet, expected);
  if (difference && *difference)
    **difference = "with the table '" + name_ + "' the program " + **difference + "and the reference says\n" +
                   text_of(expected) + "for the corpus:\n" + corpus_line(corpus_entry({"a name", packet}));
  return difference;
}

}  // namespace podmeter::tests
