// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/health.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "bpf/base/clock.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

// A tree with a place to remember, on any filesystem, which goes when this goes.
class Memory {
 public:
  Memory() {
    char name[] = "/tmp/podmeter-unit-XXXXXX";
    root_ = ::mkdtemp(name);
    std::filesystem::create_directories(tree().health_dir());
  }
  ~Memory() { std::filesystem::remove_all(root_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  [[nodiscard]] PinTree tree() const { return PinTree(root_); }

 private:
  std::string root_;
};

void put(const std::string& path, const std::string& text) {
  std::filesystem::remove(path);
  REQUIRE(::symlink(text.c_str(), path.c_str()) == 0);
}

}  // namespace

TEST_CASE("a subject's problem is new once, and over once") {
  const Memory memory;
  const auto tell = [&](const std::string& subject, const std::string& problem) {
    return remember_problem(memory.tree(), subject, problem);
  };
  CHECK(tell("a", "") == Change::kNone);
  CHECK(tell("a", "cold") == Change::kNew);
  CHECK(tell("a", "cold") == Change::kNone);
  CHECK(tell("b", "cold") == Change::kNew);
  CHECK(tell("a", "hot") == Change::kNew);
  CHECK(tell("b", "cold") == Change::kNone);
  CHECK(tell("a", "") == Change::kOver);
  CHECK(tell("a", "") == Change::kNone);
  CHECK(tell("a", "hot") == Change::kNew);
  CHECK(tell("b", "") == Change::kOver);
}

TEST_CASE("eighty subjects are remembered, those whose problem changed longest ago go first") {
  const Memory memory;
  const auto tell = [&](int subject) { return remember_problem(memory.tree(), std::to_string(subject), "cold"); };
  for (int subject = 0; subject < 81; subject++)
    REQUIRE(tell(subject) == Change::kNew);
  for (int subject = 1; subject < 81; subject++)
    CHECK(tell(subject) == Change::kNone);
  CHECK(tell(0) == Change::kNew);
}

TEST_CASE("where nothing can be remembered a problem is new each time") {
  const PinTree nowhere("/nowhere/podmeter");
  CHECK(remember_problem(nowhere, "a", "cold") == Change::kNew);
  CHECK(remember_problem(nowhere, "a", "cold") == Change::kNew);
  CHECK(remember_problem(nowhere, "a", "") == Change::kNone);
  remember_tried(nowhere, "tcx");
  CHECK_FALSE(was_tried(nowhere, "tcx"));
}

TEST_CASE("a trial is good for a minute, and for the same thing alone") {
  const Memory memory;
  const std::string record = memory.tree().health_tried();
  CHECK_FALSE(was_tried(memory.tree(), "tcx 1"));
  remember_tried(memory.tree(), "tcx 1");
  CHECK(was_tried(memory.tree(), "tcx 1"));
  CHECK_FALSE(was_tried(memory.tree(), "tcx"));
  CHECK_FALSE(was_tried(memory.tree(), "tcx 12"));
  constexpr std::int64_t kMinute = 60'000'000'000;
  const auto stamped = [&](std::int64_t time) {
    put(record, std::to_string(time) + " tcx 1");
    return was_tried(memory.tree(), "tcx 1");
  };
  CHECK(stamped(boot_clock_ns()));
  CHECK_FALSE(stamped(boot_clock_ns() - kMinute));
  CHECK_FALSE(stamped(boot_clock_ns() + kMinute));
  for (const auto* text : {"-", " tcx 1", "tcx 1", "99999999999999999999999 tcx 1"}) {
    put(record, text);
    CHECK_FALSE(was_tried(memory.tree(), "tcx 1"));
  }
}

}  // namespace podmeter::tests
