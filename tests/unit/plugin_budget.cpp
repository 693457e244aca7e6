// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/budget.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "bpf/base/fd.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("what is waited for when the budget is spent fails, and so does what is waited for next") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Fd in(ends[0]), out(ends[1]);
  const Budget budget(300ms, "never written", 7);
  char byte = 0;
  CHECK(::read(in.get(), &byte, 1) == -1);
  CHECK(errno == EINTR);
  CHECK(budget.is_spent());
  CHECK(::read(in.get(), &byte, 1) == -1);
  CHECK(errno == EINTR);
}

TEST_CASE("a process that goes on all the same writes its last words and ends") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out.get(), STDOUT_FILENO);
    const Budget budget(50ms, "last words", 7);
    for (;;) {
      asm volatile("");
    }
  }
  out = Fd();
  std::array<char, 64> text{};
  CHECK(::read(in.get(), text.data(), text.size()) == 10);
  CHECK(std::string(text.data()) == "last words");
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("a process whose last words nobody reads ends all the same") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Fd in(ends[0]), out(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out.get(), STDOUT_FILENO);
    const std::string more_than_fits(1U << 20, 'x');
    const Budget budget(50ms, more_than_fits, 7);
    for (;;) {
      asm volatile("");
    }
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("nothing happens after a budget that was not spent") {
  { const Budget budget(50ms, "never written", 7); }
  CHECK(::usleep(100'000) == 0);
}

}  // namespace podmeter::tests
