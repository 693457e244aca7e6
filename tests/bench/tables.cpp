// SPDX-License-Identifier: Apache-2.0
// Scope tables of growing size: a packet to random destinations through each, beside the kernel's trie.
#include <array>
#include <string>

#include "bpf/scopes/scope_file.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/numbers.hpp"
#include "tests/bench/table_programs.hpp"
#include "tests/scopes/network_scopes.hpp"

namespace podmeter::bench {
namespace {

using tests::Destinations;
using tests::network_scopes;
using tests::random_addresses;

constexpr int kRounds = 51;
constexpr double kIpv6OverIpv4 = 2;   // "IPv6 adds at most twice what IPv4 adds"
constexpr double kLoadSeconds = 1.0;  // "50,000 prefixes in under a second"

struct Size {
  std::size_t prefixes;
  double added_ns;  // DESIGN.md, "How fast": IPv4, random destinations
};
constexpr Size kSizes[] = {{64, 3}, {1000, 4}, {50'000, 8}};

using Costs = std::array<std::vector<double>, TablePrograms::kContestants>;

Result<void> run_round(const TablePrograms& programs, Family family, int round, Costs& costs) {
  for (int i = 0; i < TablePrograms::kContestants; i++) {
    const auto who = static_cast<TablePrograms::Contestant>((round + i) % TablePrograms::kContestants);
    const auto cost = programs.cost(who, family);
    if (!cost)
      return cost.error();
    costs[who].push_back(*cost);
  }
  return {};
}

// The costs that the trie's meter and ours add to a program that passes the packet on.
struct Added {
  double trie = 0;
  double ours = 0;
};

Result<Added> race(const TablePrograms& programs, Family family) {
  Costs costs;
  for (int round = 0; round < kRounds; round++)
    if (auto ran = run_round(programs, family, round, costs); !ran)
      return ran.error();
  const auto& passes = costs[TablePrograms::kPasses];
  return Added{median_difference(costs[TablePrograms::kTrie], passes),
               median_difference(costs[TablePrograms::kOurs], passes)};
}

std::string name_of(const Size& size, Family family, Destinations spread) {
  return "table of " + std::to_string(size.prefixes) + (family == Family::kIpv4 ? " IPv4" : " IPv6") +
         " prefixes, destinations " + (spread == Destinations::kAnywhere ? "anywhere" : "in them");
}

Figure figure_of(const Size& size, Family family, Destinations spread, const Added& added) {
  Figure figure{name_of(size, family, spread), added.ours, "ns", "what a trie adds", added.ours / added.trie};
  if (family == Family::kIpv4 && spread == Destinations::kAnywhere) {
    figure.bar = "at most +" + std::to_string(static_cast<int>(size.added_ns)) + " ns";
    figure.met = added.ours <= size.added_ns;
  }
  return figure;
}

// The costs that IPv4 adds at one size, for IPv6 to be compared with.
using Ipv4Added = std::array<double, 2>;

Result<void> measure_family(const Size& size, Family family, Ipv4Added& ipv4, Figures& figures) {
  const auto scopes = network_scopes(family, size.prefixes);
  const auto programs = TablePrograms::load(scopes);
  if (!programs)
    return programs.error();
  for (const auto spread : {Destinations::kAnywhere, Destinations::kInPrefixes}) {
    if (auto set = programs->set_destinations(random_addresses(scopes, family, spread, TablePrograms::kDestinations));
        !set)
      return set;
    const auto added = race(*programs, family);
    if (!added)
      return added.error();
    figures.push_back(figure_of(size, family, spread, *added));
    double& ipv4_added = ipv4[static_cast<std::size_t>(spread)];
    if (family == Family::kIpv4)
      ipv4_added = added->ours;
    else
      figures.push_back({name_of(size, family, spread) + ", beside IPv4", added->ours, "ns", "what IPv4 adds",
                         added->ours / ipv4_added, "at most 2", added->ours <= kIpv6OverIpv4 * ipv4_added});
  }
  return {};
}

// From a scope file's text to a table that runs.
Result<void> measure_load(Family family, Figures& figures) {
  const auto table = ScopeTable::create();
  if (!table)
    return table.error();
  const auto text = to_text(network_scopes(family, kSizes[2].prefixes));
  const auto start = now_ns();
  const auto scopes = parse_scopes(text);
  if (!scopes)
    return Error{describe("random scopes", scopes.error())};
  if (auto put = tests::put_scopes(*table, *scopes); !put)
    return put;
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  figures.push_back({std::string("load 50000 ") + (family == Family::kIpv4 ? "IPv4" : "IPv6") + " prefixes",
                     seconds,
                     "s",
                     "",
                     {},
                     "under 1 s",
                     seconds < kLoadSeconds});
  return {};
}

}  // namespace

Result<void> measure_tables(Figures& figures) {
  for (const auto& size : kSizes) {
    Ipv4Added ipv4{};
    for (const auto family : {Family::kIpv4, Family::kIpv6})
      if (auto measured = measure_family(size, family, ipv4, figures); !measured)
        return measured;
  }
  for (const auto family : {Family::kIpv4, Family::kIpv6})
    if (auto measured = measure_load(family, figures); !measured)
      return measured;
  return {};
}

}  // namespace podmeter::bench
