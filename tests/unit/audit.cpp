// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/audit_record.hpp"

#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

constexpr std::uint64_t kEthernet = 14;

struct Row {
  const char* what;
  pm_count then, now, counted;
  std::uint64_t unaccounted;
};

// An honest frame of 1,000 bytes of IP is 1,014 to the device.
const Row kRows[] = {
    {"nothing happened", {}, {}, {}, 0},
    {"what was counted", {}, {10 * 1014, 10}, {10 * 1000, 10}, 0},
    {"before counting began", {500, 5}, {500 + 1014, 6}, {1000, 1}, 0},
    {"on its way to the device", {}, {1014, 1}, {2 * 1000, 2}, 0},
    {"all of it around", {}, {3 * 1014, 3}, {}, 3 * 1014},
    {"some of it around", {}, {7 * 1014, 7}, {4 * 1000, 4}, 3 * 1014},
    // 60,000 bytes of TCP in one skb, 42 segments with 52 bytes of headers each.
    {"a super-packet", {}, {60'052 + 14, 1}, {60'000 + 42 * 52, 42}, 0},
    {"the least headers there are: IPv4 and UDP", {}, {60'028 + 14, 1}, {60'000 + 42 * 28, 42}, 0},
    // The second frame might be the meter's too: less than the 1,014 bytes that it is.
    {"a super-packet and a frame around", {}, {60'028 + 14 + 1014, 2}, {60'000 + 42 * 28, 42}, 1014 - 14 - 28},
    {"another device by now", {1'000'000, 1000}, {1014, 1}, {1000, 1}, 0}};

}  // namespace

TEST_CASE("unaccounted bytes are those that honest traffic can't explain") {
  for (const auto& row : kRows) {
    INFO(row.what);
    CHECK(unaccounted(row.then, row.now, row.counted, kEthernet) == row.unaccounted);
  }
  CHECK(unaccounted({}, {3000, 3}, {3000, 3}, 0) == 0);
  CHECK(unaccounted({}, {4000, 4}, {3000, 3}, 0) == 1000);
}

TEST_CASE("an audit comes back from its text, and what is none is refused") {
  Audit audit;
  audit[PM_EGRESS] = {~0ULL, MeterFault::kPreceded};
  audit[PM_INGRESS] = {0, MeterFault::kDetached};
  const auto parsed = parse_audit(to_text(audit));
  REQUIRE(parsed);
  CHECK(*parsed == audit);
  for (const auto* text :
       {"", "{}", "[]", R"({"egress":{"unaccounted_bytes":0,"fault":""}})",
        R"({"egress":{"unaccounted_bytes":-1,"fault":""},"ingress":{"unaccounted_bytes":0,"fault":""}})",
        R"({"egress":{"unaccounted_bytes":0,"fault":"other"},"ingress":{"unaccounted_bytes":0,"fault":""}})"}) {
    INFO(text);
    CHECK_FALSE(parse_audit(text));
  }
}

}  // namespace podmeter
