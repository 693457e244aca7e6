// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/total_record.hpp"

#include "bpf/reading/sum_totals.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

ScopeCounts counts(const std::string& scope, std::uint64_t bytes) {
  return {{scope, {{{bytes, 1}, {2 * bytes, 2}}}}};
}

Reading reading(const std::string& pod_namespace, std::uint64_t bytes) {
  Reading made;
  made.identity.pod_namespace = pod_namespace;
  made.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {bytes, 1};
  return made;
}

std::uint64_t egress(const ScopeCounts& counts, const std::string& scope) {
  return counts.at(scope)[PM_EGRESS].bytes;
}

}  // namespace

TEST_CASE("a record's texts come back whole, to the last bit of a counter") {
  FoldedCounts folded{7, {"0123456789abcdef", "fedcba9876543210"}, counts("public", ~0ULL / 2)};
  const auto parsed = parse_folded(to_text(folded));
  REQUIRE(parsed);
  CHECK(parsed->folded == 7);
  CHECK(parsed->recent == folded.recent);
  CHECK(egress(parsed->counts, "public") == ~0ULL / 2);
  CHECK(parsed->counts.at("public")[PM_INGRESS].bytes == ~0ULL - 1);
  const TotalKey key{"shop", {{"tenant", "a\"cme"}}};
  const auto again = parse_total_key(to_text(key));
  REQUIRE(again);
  CHECK(*again == key);
}

TEST_CASE("what is no record is refused") {
  for (const auto* text :
       {"", "1", "{}", R"({"folded":-1,"recent":[],"counts":{}})", R"({"folded":1.5,"recent":[],"counts":{}})",
        R"({"folded":1,"recent":[1],"counts":{}})", R"({"folded":1,"recent":[],"counts":{"a":[1,2,3]}})",
        R"({"folded":1,"recent":[],"counts":{"a":[1,2,3,-4]}})", R"({"folded":1,"recent":[],"counts":[1]})"}) {
    INFO(text);
    CHECK_FALSE(parse_folded(text));
  }
  for (const auto* text : {"", "[]", "{}", R"({"namespace":1,"labels":{}})", R"({"namespace":"","labels":{"a":1}})"})
    CHECK_FALSE(parse_total_key(text));
}

TEST_CASE("a meter is in its key's sum beside the records, and not when a record holds it") {
  Walk walk;
  walk.totals = {{"a", {"shop", {}}, {1, {}, counts("public", 100)}}, {"b", {"shop", {}}, {1, {}, counts("old", 5)}}};
  walk.readings = {reading("shop", 10), reading("shop", 1000), reading("else", 3)};
  walk.readings[1].is_folded = true;
  const auto sums = sum_totals(walk);
  REQUIRE(sums.size() == 2);
  CHECK(egress(sums.at({"shop", {}}), "public") == 110);
  CHECK(egress(sums.at({"shop", {}}), "old") == 5);
  CHECK(egress(sums.at({"else", {}}), "public") == 3);
  CHECK(egress(sums.at({"else", {}}), "private") == 0);
  CHECK(sums.at({"else", {}}).count("old") == 0);
}

TEST_CASE("where there are too many records with labels, further labels are left out and known ones are kept") {
  TotalRecords records;
  for (std::size_t i = 0; i < kLabelledTotalsMax; i++)
    records.push_back({"", {"shop", {{"tenant", std::to_string(i)}}}, {}});
  records.push_back({"", {"other", {}}, {}});
  const LabelledKeys keys(records);
  CHECK(keys.fitting({"shop", {{"tenant", "7"}}}).labels.size() == 1);
  CHECK(keys.fitting({"shop", {{"tenant", "new"}}}) == TotalKey{"shop", {}});
  records.erase(records.begin());
  CHECK(LabelledKeys(records).fitting({"shop", {{"tenant", "new"}}}).labels.size() == 1);
}

}  // namespace podmeter
