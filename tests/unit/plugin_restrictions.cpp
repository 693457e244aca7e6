// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/restrictions.hpp"

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

constexpr char kOwnMap[] = "         0          0 4294967295\n";
constexpr char kNoFilter[] = "Name:\tpodmeter\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n";
constexpr char kFilter[] = "Name:\tpodmeter\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n";
constexpr char kOpen[] = "[none] integrity confidentiality\n";
constexpr char kLocked[] = "none integrity [confidentiality]\n";
constexpr std::uint64_t kSmall = 64U << 10;

struct Row {
  Restrictions restrictions;
  const char* named;
};

}  // namespace

TEST_CASE("a refusal names the restriction that is the likely cause") {
  const auto& row = GENERATE(values<Row>(
      {{{kOwnMap, kFilter, "", kOpen, "6.12.1", UINT64_MAX}, "seccomp"},
       {{kOwnMap, kNoFilter, "1", kOpen, "6.12.1", UINT64_MAX}, "SELinux"},
       {{kOwnMap, kNoFilter, "0", kLocked, "6.12.1", UINT64_MAX}, "lockdown"},
       {{kOwnMap, kNoFilter, "", "", "5.10.0-30-cloud-amd64", kSmall}, "LimitMEMLOCK"},
       {{kOwnMap, kNoFilter, "", "", "4.18.0-553.el8_10.x86_64", kSmall}, "LimitMEMLOCK"},
       {{"         0     100000      65536\n", kNoFilter, "", "", "6.12.1", UINT64_MAX}, "user namespace"},
       {{"         0          0          1\n", kFilter, "1", "", "6.12.1", UINT64_MAX}, "user namespace"}}));
  const auto cause = likely_cause(row.restrictions);
  INFO(cause);
  CHECK(cause.find(row.named) != std::string::npos);
}

TEST_CASE("where no restriction is known none is named") {
  const auto& restrictions =
      GENERATE(values<Restrictions>({{"", "", "", "", "", UINT64_MAX},
                                     {kOwnMap, kNoFilter, "0", kOpen, "6.12.1", kSmall},
                                     {kOwnMap, kNoFilter, "", "[none] integrity", "5.11.0", kSmall},
                                     {kOwnMap, kNoFilter, "", "none [integrity]", "5.10.0", UINT64_MAX}}));
  CHECK(likely_cause(restrictions).empty());
}

}  // namespace podmeter::tests
