// SPDX-License-Identifier: Apache-2.0
// Ended meters on their way into the totals: kept for long enough, folded once.
#include "bpf/totals/retire.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/counted_meter.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using std::chrono::minutes;

constexpr std::int64_t kMinute = std::chrono::nanoseconds(minutes(1)).count();

std::uint64_t egress(const PinTree& tree, const TotalKey& key, const std::string& scope = "public") {
  const auto totals = read_tree(tree).totals;
  if (totals.any_may_be_incomplete || !totals.incomplete.empty())
    FAIL("a total is incomplete");
  const auto found = totals.counts.find(key);
  return found == totals.counts.end() ? 0 : found->second.at(scope)[PM_EGRESS].bytes;
}

FoldedCounts only_record(const PinTree& tree) {
  const auto records = must(read_totals(tree));
  REQUIRE(records.by_name.size() == 1);
  return records.by_name.begin()->second.folded;
}

std::set<std::string> names_in(const std::string& path) {
  const auto names = must(list_directory(path));
  return {names.begin(), names.end()};
}

}  // namespace

TEST_CASE("ended meters go when they have been kept for longer than the retention, and no sooner") {
  const auto tree = must(make_own_tree());
  for (const auto* container : {"a", "b", "c"})
    must(store_ended(tree, make_identity(container), 1, container[0] == 'a' ? kMinute : 10 * kMinute));
  must(store_meter(tree, make_identity("live")));
  REQUIRE(::mkdir((tree.ended_dir() + "/somebody").c_str(), 0700) == 0);
  CHECK(must(retire_ended(tree, {minutes(15)}, 16 * kMinute)) == 0);
  CHECK(names_in(tree.ended_dir()).size() == 4);
  CHECK(must(retire_ended(tree, {minutes(15)}, 16 * kMinute + 1)) == 0);
  CHECK(names_in(tree.ended_dir()) == std::set<std::string>{"somebody", "b+eth0+" + std::to_string(10 * kMinute),
                                                            "c+eth0+" + std::to_string(10 * kMinute)});
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(exists(tree.live("live+eth0").path()));
  must(retire_ended(PinTree("/sys/fs/bpf/nowhere"), {minutes(15)}, 0));
}

TEST_CASE("past the bound the oldest ended meters go first, and are told") {
  const auto tree = must(make_own_tree());
  for (const auto* container : {"a", "b", "c", "d"})
    must(store_ended(tree, make_identity(container), 1, 100 - container[0]));
  CHECK(must(retire_ended(tree, {minutes(15), 2}, 101)) == 2);
  CHECK(names_in(tree.ended_dir()) == std::set<std::string>{"a+eth0+3", "b+eth0+2"});
}

TEST_CASE("what a meter counted is in its namespace's total as it lives, when it has ended and when it is folded") {
  const auto tree = must(make_own_tree());
  const auto pod = make_pod_identity("a", "shop");
  const TotalKey key{"shop", {}};
  must(store_counted(tree, make_pod_identity("other", "else"), 7));
  must(store_counted(tree, pod, 100));
  CHECK(egress(tree, key) == 100);
  must(end_meter(tree, name_of(pod), 1));
  CHECK(egress(tree, key) == 100);
  must(retire_ended(tree, {}, 2));
  CHECK(names_in(tree.ended_dir()).empty());
  CHECK(egress(tree, key) == 100);
  must(store_counted(tree, make_pod_identity("a", "shop"), 11));
  CHECK(egress(tree, key) == 111);
  CHECK(egress(tree, key, "private") == 0);
  CHECK(egress(tree, {"else", {}}) == 7);
}

TEST_CASE("pods of one namespace with other labels have another total") {
  const auto tree = must(make_own_tree());
  must(store_ended(tree, make_pod_identity("a", "shop", "acme"), 1, 1));
  must(store_ended(tree, make_pod_identity("b", "shop", "acme"), 2, 1));
  must(store_ended(tree, make_pod_identity("c", "shop", "other"), 4, 1));
  must(store_ended(tree, make_pod_identity("d", "shop"), 8, 1));
  must(retire_ended(tree, {}, 2));
  CHECK(must(read_totals(tree)).by_name.size() == 3);
  CHECK(egress(tree, {"shop", {{"tenant", "acme"}}}) == 3);
  CHECK(egress(tree, {"shop", {{"tenant", "other"}}}) == 4);
  CHECK(egress(tree, {"shop", {}}) == 8);
}

TEST_CASE("more meters than a record remembers are folded, each once") {
  const auto tree = must(make_own_tree());
  constexpr std::uint64_t kMeters = 3 * kRecentMax / 2 + 1;
  for (std::uint64_t i = 0; i < kMeters; i++)
    must(store_ended(tree, make_pod_identity("c" + std::to_string(i), "shop"), i + 1, 1));
  must(retire_ended(tree, {}, 2));
  CHECK(egress(tree, {"shop", {}}) == kMeters * (kMeters + 1) / 2);
  const auto folded = only_record(tree);
  CHECK(folded.folded == kMeters);
  CHECK(folded.recent.size() == kRecentMax);
}

TEST_CASE("a meter that a record names is not counted beside it, and goes with the next fold") {
  const auto tree = must(make_own_tree());
  const auto pod = make_pod_identity("a", "shop");
  must(store_ended(tree, pod, 100, 1));
  must(retire_ended(tree, {}, 2));
  // As a process leaves it that died between the record and the meter's removal.
  must(store_ended(tree, pod, 100, 3));
  REQUIRE(::rename(tree.ended("a+eth0+3").path().c_str(), tree.folding("a+eth0+3").path().c_str()) == 0);
  CHECK(read_tree(tree).meters.at(0).is_folded);
  CHECK(egress(tree, {"shop", {}}) == 100);
  must(retire_ended(tree, {minutes(15)}, 4));
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
}

TEST_CASE("what was left half-way before the record is folded by the next process") {
  const auto tree = must(make_own_tree());
  must(store_ended(tree, make_pod_identity("a", "shop"), 100, 1));
  REQUIRE(::rename(tree.ended("a+eth0+1").path().c_str(), tree.folding("a+eth0+1").path().c_str()) == 0);
  REQUIRE(::mkdir(tree.total("00000000000000aa+new").path().c_str(), 0700) == 0);
  CHECK(egress(tree, {"shop", {}}) == 100);
  must(retire_ended(tree, {minutes(15)}, 2));
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
  CHECK_FALSE(exists(tree.total("00000000000000aa+new").path()));
}

TEST_CASE("a record without room is followed by another of its key") {
  const auto tree = must(make_own_tree());
  const auto first = make_pod_identity("a", "shop"), second = make_pod_identity("b", "shop");
  must(store_ended(tree, first, 100, 1));
  must(retire_ended(tree, {}, 2));
  auto folded = only_record(tree);
  for (int i = 0; i < 60; i++)
    folded.counts["scope-that-was-removed-" + std::to_string(i)] = {};
  folded.counts["full"] = {};
  while (to_text(folded).size() <= kSymlinkMax - 20)
    folded.counts["f" + std::to_string(folded.counts.size())] = {};
  must(replace_symlink(tree.total(first.meter).counts(), to_text(folded)));
  must(store_ended(tree, second, 11, 3));
  must(retire_ended(tree, {}, 4));
  CHECK(must(records_of(tree, {"shop", {}})).size() == 2);
  CHECK(egress(tree, {"shop", {}}) == 111);
}

TEST_CASE("a meter whose identity is no identity goes uncounted, is told, and keeps nobody from being folded") {
  const auto tree = must(make_own_tree());
  const auto bad = make_pod_identity("bad", "shop");
  must(store_ended(tree, bad, 1, 1));
  must(store_ended(tree, make_pod_identity("good", "shop"), 100, 1));
  const auto identity = tree.ended("bad+eth0+1").identity();
  must(replace_symlink(identity, "no identity"));
  const auto retired = retire_ended(tree, {}, 2);
  REQUIRE_FALSE(retired);
  CHECK(retired.error().text.find("bad+eth0+1") != std::string::npos);
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
}

TEST_CASE("where another process folds, nothing is done") {
  const auto tree = must(make_own_tree());
  must(store_ended(tree, make_pod_identity("a", "shop"), 100, 1));
  const auto lock = must(DirectoryLock::take(tree.totals_lock(), DirectoryLock::Wait::kNo));
  must(retire_ended(tree, {}, 2));
  CHECK(names_in(tree.ended_dir()).size() == 1);
}

TEST_CASE("a total never falls, and misses nothing, beside meters that come, end and are folded") {
  const auto tree = must(make_own_tree());
  const auto child = ::fork();
  if (child == 0)
    for (std::int64_t i = 1;; i++) {
      const auto identity = make_pod_identity("brief", "shop");
      if (!store_counted(tree, identity, 1) || !end_meter(tree, name_of(identity), i) ||
          (i % 5 == 0 && !retire_ended(tree, {}, i)))
        ::_exit(1);
    }
  std::uint64_t last = 0;
  for (int i = 0; i < 1500; i++) {
    const auto now = egress(tree, {"shop", {}});
    if (now < last)
      FAIL_CHECK(now << " after " << last);
    last = now;
  }
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  must(retire_ended(tree, {}, boot_clock_ns()));
  const auto record = only_record(tree);
  const auto reading = read_tree(tree);
  std::uint64_t living = 0;
  for (const auto& meter : reading.meters)
    living += meter.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].bytes;
  CHECK(record.counts.at("public")[PM_EGRESS].bytes == record.folded);
  CHECK(egress(tree, {"shop", {}}) == record.folded + living);
}

}  // namespace podmeter::tests
