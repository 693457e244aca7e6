// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "plugin/cli/status_table.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

MeterReading meter_of(const std::string& pod, const std::string& container, std::uint64_t bytes) {
  MeterReading out;
  out.identity.attachment = {container, "eth0"};
  out.identity.pod_namespace = "shop";
  out.identity.pod = pod;
  out.identity.attach = Attach::kTcx;
  out.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].bytes = bytes;
  out.counters.of[PM_INGRESS][PM_SCOPE_OTHER].bytes = 7;
  return out;
}

TreeReading reading_of(std::vector<MeterReading> meters) {
  TreeReading out;
  out.meters = std::move(meters);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a table has a line a meter, sorted, under a header, and its columns are aligned") {
  auto ended = meter_of("api", "0123456789abcdef", UINT64_MAX);
  ended.state = MeterState::kEnded;
  const auto lines = lines_of(reading_table(reading_of({meter_of("web", "c1", 5), ended})));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("NAMESPACE  POD  CONTAINER     INTERFACE  STATE  ATTACH"));
  CHECK(lines[1].starts_with("shop       api  0123456789ab  eth0       ended  tcx "));
  CHECK(lines[2].starts_with("shop       web  c1            eth0       live   tcx "));
  CHECK(lines[1].find("18446744073709551615") != std::string::npos);
  for (const auto& line : lines)
    CHECK(line.size() == lines[0].size());
  CHECK(lines[2].ends_with(" 7"));
}

TEST_CASE("a table names every direction and scope") {
  const auto header = lines_of(reading_table({})).front();
  for (const char* direction : {"egress", "ingress"})
    for (const char* scope : {"public", "private", "other"})
      CHECK(header.find(std::string(direction) + ' ' + scope) != std::string::npos);
}

TEST_CASE("a name with control characters or blanks, or none, breaks no table") {
  const auto lines =
      lines_of(reading_table(reading_of({meter_of("a\nb c\x1b[31m\x7f", "c1", 0), meter_of("", "c2", 0)})));
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].find("a?b?c?[31m?") != std::string::npos);
  CHECK(lines[1].find(" - ") != std::string::npos);
}

TEST_CASE("what can't be read stands at the end with its reason") {
  TreeReading reading;
  reading.problems = {{ProblemReason::kIdentity, "/x", {"parse identity '/x': why"}},
                      {ProblemReason::kTotals, "/y", {"total: parse '/y/counts': why"}}};
  const auto lines = lines_of(reading_table(reading));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] == "broken: parse identity '/x': why");
  CHECK(lines[2] == "broken: total: parse '/y/counts': why");
}

}  // namespace podmeter::tests
