// SPDX-License-Identifier: Apache-2.0
// The meter's programs and a reference of few words over the same packets: see run.hpp, and podmeter-differential for
// as many as one likes.
#include <set>

#include "bpf/scopes/scope_source.hpp"
#include "tests/differential/comparison.hpp"
#include "tests/differential/corpus.hpp"
#include "tests/differential/hand_made.hpp"
#include "tests/differential/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

std::vector<CorpusEntry> corpus() {
  return must(read_corpus(PODMETER_CORPUS));
}

void check_no_difference(const Comparisons& comparisons) {
  for (const auto& difference : comparisons.differences)
    FAIL_CHECK(difference);
}

}  // namespace

TEST_CASE("every packet of the corpus counts as it is written there, by the programs and by the reference") {
  auto comparison = must(Comparison::open("built-in", built_in_scopes()));
  const auto entries = corpus();
  CHECK(entries.size() >= hand_made().size());
  for (const auto& entry : entries) {
    INFO(corpus_line(entry));
    CHECK(comparison.reference(entry.named.packet) == entry.tally);
    const auto difference = must(comparison.differs(entry.named.packet, entry.tally));
    if (difference)
      FAIL_CHECK(*difference);
  }
}

TEST_CASE("every hand-made packet is in the corpus, under a name of its own") {
  std::set<std::string> names, lines;
  for (const auto& entry : corpus()) {
    CHECK(names.insert(entry.named.name).second);
    lines.insert(corpus_line(entry));
  }
  for (const auto& named : hand_made()) {
    INFO(named.name);
    CHECK(lines.count(corpus_line(corpus_entry(named))) == 1);
  }
}

TEST_CASE("the programs and the reference agree on every hand-made packet, cut off at every byte") {
  const auto comparisons = must(compare_cut());
  check_no_difference(comparisons);
  CHECK(comparisons.compared > 20 * hand_made().size());
}

TEST_CASE("the programs and the reference agree on random packets, over scopes of every kind") {
  const auto seed = GENERATE(range(1, 3));
  INFO("seed " << seed);
  const auto comparisons = must(compare_random(30'000, static_cast<std::uint64_t>(seed)));
  check_no_difference(comparisons);
  CHECK(comparisons.compared > 10 * comparisons.refused);
}

}  // namespace podmeter::tests
