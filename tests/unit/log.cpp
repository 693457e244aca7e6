// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/log.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace podmeter::tests {

TEST_CASE("a log line stays one line of ASCII whatever is logged") {
  const LogFields fields = {{"level", "info"}, {"msg", "a b"}, {"path", "/x=\"\n\x1B\xFF"}, {"empty", ""}};
  CHECK(format_line(LogFormat::kLogfmt, fields) == R"(level=info msg="a b" path="/x=\"\n\u001b\ufffd" empty="")"
                                                   "\n");
  CHECK(format_line(LogFormat::kJson, fields) ==
        R"({"level":"info","msg":"a b","path":"/x=\"\n\u001b\ufffd","empty":""})"
        "\n");
}

TEST_CASE("a log line of 4,096 bytes is whole, and of a longer one the longest value is cut") {
  const std::string head = "msg=a err=";
  const std::string fitting(kLogLineMax - head.size() - 1, 'x');
  CHECK(format_line(LogFormat::kLogfmt, {{"msg", "a"}, {"err", fitting}}) == head + fitting + '\n');
  const auto cut = format_line(LogFormat::kLogfmt, {{"msg", "a"}, {"err", fitting + 'x'}});
  CHECK(cut.size() < kLogLineMax);
  CHECK(cut.size() > kLogLineMax / 3);
  CHECK(cut.starts_with(head + "xxx"));
  CHECK(cut.ends_with("x...\n"));
}

TEST_CASE("a log line that is cut is still JSON, whatever its values hold") {
  const auto filler = GENERATE(as<std::string>(), "x", "\n", "\xFF", "\"", "\xC3\xA4", "\xF0\x9F\x98\x80");
  std::string value;
  while (value.size() < 3 * kLogLineMax)
    value += filler;
  const auto line = format_line(LogFormat::kJson, {{"msg", value}, {"err", value}, {"level", "info"}});
  CHECK(line.size() <= kLogLineMax);
  CHECK(line.back() == '\n');
  CHECK(std::ranges::count(line, '\n') == 1);
  const auto json = nlohmann::json::parse(line);
  CHECK(json.at("level") == "info");
  CHECK(json.at("err").get<std::string>().ends_with("..."));
}

TEST_CASE("a log line of more fields than have room ends where the room ends") {
  const LogFields many(5000, {"a", ""});
  const auto line = format_line(LogFormat::kLogfmt, many);
  CHECK(line.size() == kLogLineMax);
  CHECK(line.back() == '\n');
}

}  // namespace podmeter::tests
