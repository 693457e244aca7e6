// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "collector/views/api.hpp"
#include "collector/views/page.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

TreeReading reading() {
  TreeReading made;
  MeterReading meter;
  meter.identity.meter = "m1";
  meter.identity.attachment = {"c0ffee", "eth0"};
  meter.identity.pod = "<script>";
  meter.identity.labels = {{"tenant", "acme"}};
  meter.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {18'446'744'073'709'551'615ULL, 3};
  made.meters = {meter, meter};
  made.meters[1].identity.meter = "m2";
  made.meters[1].state = MeterState::kEnded;
  made.problems = {{ProblemReason::kIdentity, "/p", {"<b>why</b>"}}};
  made.time_ns = 5;
  return made;
}

TEST_CASE("The list of pods is JSON whatever an identity holds, with meters and what is broken") {
  const json pods = json::parse(to_pods_json(reading()));
  REQUIRE(pods.at("meters").size() == 2);
  CHECK(pods.at("meters")[0].at("meter") == "m1");
  CHECK(pods.at("meters")[1].at("state") == "ended");
  REQUIRE(pods.at("broken").size() == 1);
  CHECK(pods.at("broken")[0].at("path") == "/p");
}

TEST_CASE("The counters are one JSON object a line for each meter, direction and scope, exact to 64 bits") {
  std::istringstream lines(to_counter_lines(reading()));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); count++) {
    const json row = json::parse(line);
    CHECK(row.at("time_ns") == 5);
    CHECK(row.at("labels").at("tenant") == "acme");
    const bool counted = row.at("direction") == "egress" && row.at("scope") == "public";
    CHECK(row.at("bytes").get<std::uint64_t>() == (counted ? 18'446'744'073'709'551'615ULL : 0));
    CHECK(row.at("packets") == (counted ? 3 : 0));
  }
  CHECK(count == 12);
}

TEST_CASE("Without meters the list of pods is empty and there are no counter lines") {
  const json pods = json::parse(to_pods_json({}));
  CHECK(pods.at("meters").empty());
  CHECK(to_counter_lines({}).empty());
}

TEST_CASE("The page shows what is broken without being changed by it") {
  const std::string page = to_page(reading(), "/me\"trics");
  CHECK(page.find("<b>why") == std::string::npos);
  CHECK(page.find("&lt;b&gt;why") != std::string::npos);
  CHECK(page.find("/me&quot;trics") != std::string::npos);
  CHECK(escape_html("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
}

}  // namespace
}  // namespace podmeter
