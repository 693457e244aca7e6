// SPDX-License-Identifier: Apache-2.0
#include "plugin/budget.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "tests/catch.hpp"

namespace podmeter::tests {
namespace {

using namespace std::chrono_literals;

// Longer than any test may take: only a step that is cut off ends.
Metered hang() {
  ::sleep(3600);
  return {};
}

}  // namespace

TEST_CASE("a step within its budget is told as it ended") {
  CHECK(within_budget(60s, [] { return Metered(); }));
  const auto failed = within_budget(60s, [] { return Metered(Failure{FailureReason::kLoad, {"why it failed"}}); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().reason == FailureReason::kLoad);
  CHECK(failed.error().error.text == "why it failed");
}

TEST_CASE("a failure's text of any length arrives whole") {
  const std::string text(1'000'000, 'x');
  const auto failed = within_budget(60s, [&] { return Metered(Failure{FailureReason::kBpffs, {text}}); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().error.text == text);
}

TEST_CASE("a step that hangs is given up, and its process is killed") {
  const auto failed = within_budget(50ms, hang);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().reason == FailureReason::kTimeout);
  int status = 0;
  REQUIRE(::wait(&status) > 0);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("a step that throws, or whose process dies, is a failure") {
  const auto thrown = within_budget(60s, []() -> Metered { throw std::runtime_error("no memory"); });
  REQUIRE_FALSE(thrown);
  CHECK(thrown.error().reason == FailureReason::kInternal);
  CHECK(thrown.error().error.text == "no memory");
  const auto died = within_budget(60s, []() -> Metered {
    ::kill(::getpid(), SIGKILL);
    return hang();
  });
  REQUIRE_FALSE(died);
  CHECK(died.error().reason == FailureReason::kInternal);
}

}  // namespace podmeter::tests
