// SPDX-License-Identifier: Apache-2.0
#include "collector/read/process.hpp"

#include <ctime>

#include "collector/read/problems.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

TEST_CASE("A process's figures are found behind a name that holds spaces and parentheses") {
  const auto stat = parse_process_stat(
      "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 111 222 13 14 20 0 6 0 9876 12505088 2279 18446744073709551615 1 1");
  REQUIRE(stat);
  CHECK(stat->user_ticks == 111);
  CHECK(stat->system_ticks == 222);
  CHECK(stat->start_ticks == 9876);
  CHECK(stat->virtual_bytes == 12505088);
  CHECK(stat->resident_pages == 2279);
}

TEST_CASE("A process file that is cut off is an error") {
  for (const auto* text : {"", "42 (a", "42 (a) S 1 2 3", "42 (a) S 1 2 3 4 5 6 7 8 9 10 x 222"})
    CHECK_FALSE(parse_process_stat(text));
}

TEST_CASE("The calling process finds itself") {
  const auto usage = read_process_usage();
  REQUIRE(usage);
  CHECK(usage->resident_bytes > 0);
  CHECK(usage->virtual_bytes >= usage->resident_bytes);
  CHECK(usage->open_fds >= 3);
  CHECK(usage->max_fds >= usage->open_fds);
  const auto now = static_cast<double>(std::time(nullptr));
  CHECK(usage->start_seconds <= now + 1);
  CHECK(usage->start_seconds > now - 600);
}

TEST_CASE("A problem is counted in every pass and new only in the first of a row") {
  const Problem a{ProblemReason::kName, "/a", {"why"}};
  const Problem b{ProblemReason::kIdentity, "/a", {"why"}};
  ProblemHistory history;
  CHECK(history.add({a}).size() == 1);
  CHECK(history.add({a}).empty());
  const auto fresh = history.add({a, b});
  REQUIRE(fresh.size() == 1);
  CHECK(fresh[0].reason == ProblemReason::kIdentity);
  CHECK(history.add({}).empty());
  CHECK(history.add({a}).size() == 1);
  CHECK(history.totals()[static_cast<std::size_t>(ProblemReason::kName)] == 4);
  CHECK(history.totals()[static_cast<std::size_t>(ProblemReason::kIdentity)] == 1);
  CHECK(history.totals()[static_cast<std::size_t>(ProblemReason::kTree)] == 0);
}

}  // namespace
}  // namespace podmeter
