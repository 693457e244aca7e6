// SPDX-License-Identifier: Apache-2.0
// A packet through each program, one program after the other, round after round.
#include <linux/if_ether.h>
#include <linux/in.h>

#include <array>
#include <string>

#include "tests/bench/groups.hpp"
#include "tests/bench/numbers.hpp"
#include "tests/bench/packets.hpp"
#include "tests/bench/programs.hpp"
#include "tests/bench/test_run.hpp"

namespace podmeter::bench {
namespace {

constexpr int kRounds = 151;
constexpr int kRepeat = 20'000;    // short: where others run too, most calls are not interrupted
constexpr double kAddedNs = 2.5;   // DESIGN.md, "How fast"
constexpr double kOfUsual = 0.35;  // the same

enum Contestant : std::uint8_t { kEmpty, kMinimal, kUsual, kOurs, kContestants };

// One kind of packet, and what each contestant took for it, round by round.
struct Race {
  Packet packet;
  std::array<int, kContestants> programs{};
  std::array<std::vector<double>, kContestants> costs{};

  [[nodiscard]] double added(Contestant by) const { return median_difference(costs[by], costs[kEmpty]); }
  [[nodiscard]] double share() const;
};

// The cost that ours adds, as a share of what the usual shape adds.
double Race::share() const {
  std::vector<double> shares;
  for (std::size_t i = 0; i < costs[kEmpty].size(); i++)
    shares.push_back((costs[kOurs][i] - costs[kEmpty][i]) / (costs[kUsual][i] - costs[kEmpty][i]));
  return median(shares);
}

// Each round begins with the next contestant.
Result<void> run_round(Race& race, int round) {
  for (int i = 0; i < kContestants; i++) {
    const auto who = static_cast<std::size_t>((round + i) % kContestants);
    const auto cost = packet_cost(race.programs[who], race.packet.frame, kRepeat);
    if (!cost)
      return cost.error();
    race.costs[who].push_back(*cost);
  }
  return {};
}

std::vector<Race> make_races(const Programs& programs) {
  std::vector<Race> races;
  for (auto& packet : all_packets()) {
    const auto direction = packet.direction;
    races.push_back({std::move(packet),
                     {programs.empty(), programs.minimal(), programs.usual(direction), programs.ours(direction)}});
  }
  return races;
}

void report(const Race& race, Figures& figures) {
  const double added = race.added(kOurs), share = race.share();
  figures.push_back({"packet, " + race.packet.name, added, "ns", "an empty program",
                     median_ratio(race.costs[kOurs], race.costs[kEmpty]), "at most +2.5 ns", added <= kAddedNs});
  figures.push_back({"packet, " + race.packet.name + ", beside the usual shape", added, "ns",
                     "what the usual shape adds", share, "at most 0.35", share <= kOfUsual});
  figures.push_back({"packet, " + race.packet.name + ", usual shape", race.added(kUsual), "ns", "an empty program",
                     median_ratio(race.costs[kUsual], race.costs[kEmpty])});
}

}  // namespace

Result<void> measure_packet(Figures& figures) {
  const auto programs = Programs::load();
  if (!programs)
    return programs.error();
  auto races = make_races(*programs);
  for (int round = 0; round < kRounds; round++)
    for (auto& race : races)
      if (auto ran = run_round(race, round); !ran)
        return ran;
  const Race& plain = races.front();
  figures.push_back({"packet, empty program", median(plain.costs[kEmpty]), "ns"});
  figures.push_back({"packet, " + plain.packet.name + ", least meter", plain.added(kMinimal), "ns", "an empty program",
                     median_ratio(plain.costs[kMinimal], plain.costs[kEmpty])});
  for (const auto& race : races)
    report(race, figures);
  return {};
}

}  // namespace podmeter::bench
