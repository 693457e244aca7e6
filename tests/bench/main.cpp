// SPDX-License-Identifier: Apache-2.0
#include <bpf/libbpf.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/groups.hpp"
#include "tests/pods/own_namespaces.hpp"

namespace podmeter::bench {
namespace {

struct Options {
  std::vector<std::string> groups;  // all of them where none is named
  unsigned more_meters = 0;
};

struct Group {
  const char* name;
  std::function<Result<void>(Figures&, const Options&)> measure;
};

std::vector<unsigned> numbers_of_meters(const Options& options) {
  std::vector<unsigned> meters = {10, 250, 2500};
  if (options.more_meters > meters.back())
    meters.push_back(options.more_meters);
  return meters;
}

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"packet", [](Figures& figures, const Options&) { return measure_packet(figures); }},
      {"tables", [](Figures& figures, const Options&) { return measure_tables(figures); }},
      {"cpus", [](Figures& figures, const Options&) { return measure_two_cpus(figures); }},
      {"add", [](Figures& figures, const Options&) { return measure_add(figures); }},
      {"iperf", [](Figures& figures, const Options&) { return measure_iperf(figures); }},
      {"memory", [](Figures& figures, const Options&) { return measure_memory(figures); }},
      {"ended", [](Figures& figures, const Options&) { return measure_ended(figures); }},
      {"totals", [](Figures& figures, const Options&) { return measure_totals(figures); }},
      {"scrape",
       [](Figures& figures, const Options& options) { return measure_scrape(figures, numbers_of_meters(options)); }}};
  return all;
}

bool is_wanted(const Options& options, const std::string& name) {
  return options.groups.empty() || std::ranges::find(options.groups, name) != options.groups.end();
}

// 0 whatever the figures are; 1 where one could not be measured.
int measure(const Options& options) {
  ::libbpf_set_print(nullptr);
  if (const auto entered = tests::enter_own_namespaces(); !entered) {
    std::fprintf(stderr, "podmeter-bench: %s\n", entered.error().text.c_str());
    return 1;
  }
  (void)::setpriority(PRIO_PROCESS, 0, -20);  // other work on the machine blurs less
  Figures figures;
  int status = 0;
  for (const auto& group : groups()) {
    if (!is_wanted(options, group.name))
      continue;
    std::fprintf(stderr, "podmeter-bench: %s ...\n", group.name);
    if (const auto measured = group.measure(figures, options); !measured) {
      std::fprintf(stderr, "podmeter-bench: %s: %s\n", group.name, measured.error().text.c_str());
      status = 1;
    }
  }
  std::fputs((to_table(figures) + '\n' + to_json_lines(figures)).c_str(), stdout);
  return status;
}

int run_tool(int argc, char** argv) {
  CLI::App app("Measures podmeter beside what it is to be compared with. Needs root; works in namespaces of its own.",
               "podmeter-bench");
  Options options;
  std::vector<std::string> names;
  for (const auto& group : groups())
    names.emplace_back(group.name);
  app.add_option("groups", options.groups, "what to measure; all, unless said")->check(CLI::IsMember(names));
  app.add_option("--meters", options.more_meters, "scrape this many meters too (more than 2500)");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  return measure(options);
}

}  // namespace
}  // namespace podmeter::bench

int main(int argc, char** argv) {
  return podmeter::bench::run_tool(argc, argv);
}
