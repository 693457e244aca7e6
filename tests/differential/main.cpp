// SPDX-License-Identifier: Apache-2.0
// The long run, and the corpus.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/differential/corpus.hpp"
#include "tests/differential/hand_made.hpp"
#include "tests/differential/run.hpp"
#include "tests/pods/own_namespaces.hpp"

namespace podmeter::tests {
namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "podmeter-differential: %s\n", error.text.c_str());
  return 1;
}

int print_corpus() {
  for (const auto& named : hand_made())
    std::fputs(corpus_line(corpus_entry(named)).c_str(), stdout);
  return 0;
}

// 1 also where the two differ.
int compare(std::uint64_t packets, std::uint64_t seed) {
  if (const auto entered = enter_own_namespaces(); !entered)
    return fail(entered.error());
  const auto comparisons = compare_random(packets, seed);
  if (!comparisons)
    return fail(comparisons.error());
  for (const auto& difference : comparisons->differences)
    std::printf("%s\n", difference.c_str());
  std::printf("seed %llu: %llu packets compared, %llu refused by the kernel, %zu differences\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(comparisons->compared),
              static_cast<unsigned long long>(comparisons->refused), comparisons->differences.size());
  return comparisons->differences.empty() ? 0 : 1;
}

int run_tool(int argc, char** argv) {
  CLI::App app("Runs the meter's programs and a reference over the same random packets and tells where they differ.",
               "podmeter-differential");
  std::uint64_t packets = 1'000'000, seed = 1;
  bool corpus = false;
  app.add_option("--packets", packets, "how many")->capture_default_str();
  app.add_option("--seed", seed, "the same seed makes the same packets")->capture_default_str();
  app.add_flag("--corpus", corpus, "instead, print the hand-made packets as lines of tests/differential/corpus.txt");
  CLI11_PARSE(app, argc, argv);
  return corpus ? print_corpus() : compare(packets, seed);
}

}  // namespace
}  // namespace podmeter::tests

int main(int argc, char** argv) {
  return podmeter::tests::run_tool(argc, argv);
}
