// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/totals.hpp"

#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

ScopeCounts counts(const std::string& scope, std::uint64_t bytes) {
  return {{scope, {{{bytes, 1}, {2 * bytes, 2}}}}};
}

MeterReading meter_of(const std::string& pod_namespace, std::uint64_t bytes) {
  MeterReading made;
  made.identity.pod_namespace = pod_namespace;
  made.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {bytes, 1};
  return made;
}

std::uint64_t egress(const ScopeCounts& counts, const std::string& scope) {
  return counts.at(scope)[PM_EGRESS].bytes;
}

}  // namespace

TEST_CASE("a record's texts come back whole, to the last bit of a counter") {
  FoldedCounts folded{7, {0x0123456789abcdef, 0xfedcba9876543210}, counts("public", ~0ULL / 2)};
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
        R"({"folded":1,"recent":[1],"counts":{}})", R"({"folded":1,"recent":["0123"],"counts":{}})",
        R"({"folded":1,"recent":"0123456789abcdef","counts":{}})", R"({"folded":1,"recent":[],"counts":{"a":[1,2,3]}})",
        R"({"folded":1,"recent":[],"counts":{"a":[1,2,3,-4]}})", R"({"folded":1,"recent":[],"counts":[1]})"}) {
    INFO(text);
    CHECK_FALSE(parse_folded(text));
  }
  for (const auto* text : {"", "[]", "{}", R"({"namespace":1,"labels":{}})", R"({"namespace":"","labels":{"a":1}})"})
    CHECK_FALSE(parse_total_key(text));
}

TEST_CASE("a meter is in its key's sum beside the records, and not when a record holds it") {
  TotalRecords records;
  records.by_name = {{"a", {{"shop", {}}, {1, {}, counts("public", 100)}}},
                     {"b", {{"shop", {}}, {1, {}, counts("old", 5)}}}};
  std::vector<MeterReading> meters = {meter_of("shop", 10), meter_of("shop", 1000), meter_of("else", 3)};
  meters[1].is_folded = true;
  const auto sums = sum_totals(records, meters, built_in_names()).counts;
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
    records.by_name.emplace(meter_id(i), TotalRecord{{"shop", {{"tenant", std::to_string(i)}}}, {}});
  records.by_name.emplace("other", TotalRecord{{"other", {}}, {}});
  const LabelledKeys keys(records);
  CHECK(keys.fitting({"shop", {{"tenant", "7"}}}).labels.size() == 1);
  CHECK(keys.fitting({"shop", {{"tenant", "new"}}}) == TotalKey{"shop", {}});
  records.by_name.erase(meter_id(0));
  CHECK(LabelledKeys(records).fitting({"shop", {{"tenant", "new"}}}).labels.size() == 1);
  records.broken.push_back({"broken", std::nullopt, {"why"}});  // may be of labels
  CHECK(LabelledKeys(records).fitting({"shop", {{"tenant", "new"}}}) == TotalKey{"shop", {}});
}

TEST_CASE("a meter's ID and its number are each other's, to all 16 digits") {
  CHECK(meter_number("00000000000000ff") == 255);
  for (const std::uint64_t number : {0ULL, 1ULL, 0x0123456789abcdefULL, ~0ULL})
    CHECK(meter_number(meter_id(number)) == number);
  for (const auto* text : {"", "ff", "00000000000000FF", "00000000000000fg", "000000000000000000"})
    CHECK_FALSE(meter_number(text));
}

}  // namespace podmeter
