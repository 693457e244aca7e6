// SPDX-License-Identifier: Apache-2.0
// The same program on the same pod, on one CPU and on two at once.
#include <pthread.h>
#include <sched.h>

#include <array>
#include <latch>
#include <string>
#include <thread>

#include "tests/bench/groups.hpp"
#include "tests/bench/numbers.hpp"
#include "tests/bench/packets.hpp"
#include "tests/bench/programs.hpp"
#include "tests/bench/test_run.hpp"

namespace podmeter::bench {
namespace {

constexpr int kRounds = 41;
constexpr int kRepeat = 200'000;  // long enough that both run together for almost all of it
constexpr double kBar = 1.3;      // DESIGN.md, "How fast"

using Cpus = std::vector<int>;

// The first two that this process may run on; fewer where there are no two.
Cpus two_cpus() {
  Cpus cpus;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  (void)::sched_getaffinity(0, sizeof(allowed), &allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE && cpus.size() < 2; cpu++)
    if (CPU_ISSET(cpu, &allowed))
      cpus.push_back(cpu);
  return cpus;
}

void pin_thread(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  (void)::pthread_setaffinity_np(::pthread_self(), sizeof(one), &one);
}

// The mean over the CPUs of nanoseconds a packet, when each CPU runs the program at the same time.
Result<double> cost_on(const Cpus& cpus, int program, const tests::Frame& frame) {
  std::vector<Result<double>> costs(cpus.size(), 0.0);
  std::latch start(static_cast<std::ptrdiff_t>(cpus.size()));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < cpus.size(); i++)
      threads.emplace_back([&, i] {
        pin_thread(cpus[i]);
        start.arrive_and_wait();
        costs[i] = packet_cost(program, frame, kRepeat);
      });
  }
  double total = 0;
  for (const auto& cost : costs) {
    if (!cost)
      return cost.error();
    total += *cost;
  }
  return total / static_cast<double>(cpus.size());
}

struct Contestant {
  std::string name;
  int program = -1;
  std::vector<double> one{}, two{};
};

Result<void> run_round(Contestant& who, const Cpus& cpus, const tests::Frame& frame) {
  const auto one = cost_on({cpus.front()}, who.program, frame);
  if (!one)
    return one.error();
  const auto two = cost_on(cpus, who.program, frame);
  if (!two)
    return two.error();
  who.one.push_back(*one);
  who.two.push_back(*two);
  return {};
}

// The cost that a contestant adds to the empty program, on two CPUs over on one.
double added_ratio(const Contestant& who, const Contestant& empty) {
  return median_difference(who.two, empty.two) / median_difference(who.one, empty.one);
}

void report(const std::array<Contestant, 3>& all, Figures& figures) {
  const auto& [empty, usual, ours] = all;
  for (const auto& who : all) {
    const double ratio = median_ratio(who.two, who.one);
    Figure figure{"packet on two CPUs at once, " + who.name, median(who.two), "ns", "the same on one CPU", ratio};
    if (&who == &ours) {
      figure.bar = "at most 1.3";
      figure.met = ratio <= kBar;
    }
    figures.push_back(std::move(figure));
  }
  for (const auto* who : {&usual, &ours})
    figures.push_back({"added on two CPUs at once, " + who->name, median_difference(who->two, empty.two), "ns",
                       "added on one CPU", added_ratio(*who, empty)});
}

}  // namespace

Result<void> measure_two_cpus(Figures& figures) {
  const auto cpus = two_cpus();
  if (cpus.size() < 2)
    return Error{"two CPUs are wanted, one is there"};
  const auto programs = Programs::load();
  if (!programs)
    return programs.error();
  const auto packet = all_packets().front();
  std::array<Contestant, 3> all = {{{"empty program", programs->empty()},
                                    {"usual shape", programs->usual(packet.direction)},
                                    {"ours", programs->ours(packet.direction)}}};
  for (int round = 0; round < kRounds; round++)
    for (auto& who : all)
      if (auto ran = run_round(who, cpus, packet.frame); !ran)
        return ran;
  report(all, figures);
  return {};
}

}  // namespace podmeter::bench
