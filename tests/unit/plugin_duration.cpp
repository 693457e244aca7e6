// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/duration.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

using std::chrono::nanoseconds;

TEST_CASE("a duration is whole numbers with units, added up") {
  using Row = std::pair<std::string, nanoseconds>;
  const auto& [text, wanted] = GENERATE(values<Row>({{"0s", nanoseconds(0)},
                                                     {"1ns", nanoseconds(1)},
                                                     {"2us", std::chrono::microseconds(2)},
                                                     {"3ms", std::chrono::milliseconds(3)},
                                                     {"4s", std::chrono::seconds(4)},
                                                     {"15m", std::chrono::minutes(15)},
                                                     {"48h", std::chrono::hours(48)},
                                                     {"1h30m", std::chrono::minutes(90)},
                                                     {"1m1m", std::chrono::minutes(2)},
                                                     {"007s", std::chrono::seconds(7)},
                                                     {"9223372036854775807ns", nanoseconds::max()}}));
  CHECK(must(parse_duration(text)) == wanted);
}

TEST_CASE("a text that is not a duration is refused and quoted") {
  const std::string text =
      GENERATE("", "15", "m", "15 m", " 15m", "15m ", "-15m", "+15m", "1.5h", "1h-30m", "15M", "15min", "1d", "1s;",
               "1h30", "9223372036854775808ns", "2562048h", "2562047h2562047h", "99999999999999999999s");
  const auto parsed = parse_duration(text);
  INFO(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().text.find("'" + text + "'") != std::string::npos);
}

TEST_CASE("the error of a text that is not a duration is a short line") {
  const auto parsed = parse_duration("1\n\x1b[31m" + std::string(1000, 'x'));
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().text.starts_with("'1??[31mxxx"));
  CHECK(parsed.error().text.size() < 200);
}

}  // namespace podmeter::tests
