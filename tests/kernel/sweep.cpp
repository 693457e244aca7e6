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
#include "bpf/reading/sum_totals.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using std::chrono::minutes;

constexpr std::int64_t kMinute = std::chrono::nanoseconds(minutes(1)).count();

pm_counters counts(std::uint64_t bytes) {
  pm_counters made{};
  made.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {bytes, 1};
  made.of[PM_INGRESS][PM_SCOPE_PRIVATE] = {2 * bytes, 2};
  return made;
}

Identity make_pod_identity(const std::string& container, const std::string& pod_namespace,
                           const std::string& tenant = "") {
  auto identity = make_identity(container);
  identity.pod_namespace = pod_namespace;
  if (!tenant.empty())
    identity.labels["tenant"] = tenant;
  return identity;
}

void store_counted(const PinTree& tree, const Identity& identity, std::uint64_t bytes) {
  must(store_meter(tree, identity));
  must(set_counters(tree.live(name_of(identity)), counts(bytes)));
}

void store_ended(const PinTree& tree, const Identity& identity, std::uint64_t bytes, std::int64_t ended_ns) {
  store_counted(tree, identity, bytes);
  must(end_meter(tree, name_of(identity), ended_ns));
}

std::uint64_t egress(const PinTree& tree, const TotalKey& key, const std::string& scope = "public") {
  const auto walked = must(walk(tree));
  if (walked.totals_error)
    FAIL(walked.totals_error->text);
  const auto sums = sum_totals(walked);
  const auto found = sums.find(key);
  return found == sums.end() ? 0 : found->second.at(scope)[PM_EGRESS].bytes;
}

std::set<std::string> names_in(const std::string& path) {
  const auto names = must(list_directory(path));
  return {names.begin(), names.end()};
}

}  // namespace

TEST_CASE("ended meters go when they have been kept for longer than the retention, and no sooner") {
  const auto tree = must(make_own_tree());
  for (const auto* container : {"a", "b", "c"})
    store_ended(tree, make_identity(container), 1, container[0] == 'a' ? kMinute : 10 * kMinute);
  must(store_meter(tree, make_identity("live")));
  REQUIRE(::mkdir((tree.ended_dir() + "/somebody").c_str(), 0700) == 0);
  CHECK(must(sweep_ended(tree, {minutes(15)}, 16 * kMinute)) == 0);
  CHECK(names_in(tree.ended_dir()).size() == 4);
  CHECK(must(sweep_ended(tree, {minutes(15)}, 16 * kMinute + 1)) == 0);
  CHECK(names_in(tree.ended_dir()) == std::set<std::string>{"somebody", "b+eth0+" + std::to_string(10 * kMinute),
                                                            "c+eth0+" + std::to_string(10 * kMinute)});
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(exists(tree.live("live+eth0").path()));
  must(sweep_ended(PinTree("/sys/fs/bpf/nowhere"), {minutes(15)}, 0));
}

TEST_CASE("past the bound the oldest ended meters go first, and are told") {
  const auto tree = must(make_own_tree());
  for (const auto* container : {"a", "b", "c", "d"})
    store_ended(tree, make_identity(container), 1, 100 - container[0]);
  CHECK(must(sweep_ended(tree, {minutes(15), 2}, 101)) == 2);
  CHECK(names_in(tree.ended_dir()) == std::set<std::string>{"a+eth0+3", "b+eth0+2"});
}

TEST_CASE("what a meter counted is in its namespace's total as it lives, when it has ended and when it is swept") {
  const auto tree = must(make_own_tree());
  const auto pod = make_pod_identity("a", "shop");
  const TotalKey key{"shop", {}};
  store_counted(tree, make_pod_identity("other", "else"), 7);
  store_counted(tree, pod, 100);
  CHECK(egress(tree, key) == 100);
  must(end_meter(tree, name_of(pod), 1));
  CHECK(egress(tree, key) == 100);
  must(sweep_ended(tree, {}, 2));
  CHECK(names_in(tree.ended_dir()).empty());
  CHECK(egress(tree, key) == 100);
  store_counted(tree, make_pod_identity("a", "shop"), 11);
  CHECK(egress(tree, key) == 111);
  CHECK(egress(tree, key, "private") == 0);
  CHECK(egress(tree, {"else", {}}) == 7);
}

TEST_CASE("pods of one namespace with other labels have another total") {
  const auto tree = must(make_own_tree());
  store_ended(tree, make_pod_identity("a", "shop", "acme"), 1, 1);
  store_ended(tree, make_pod_identity("b", "shop", "acme"), 2, 1);
  store_ended(tree, make_pod_identity("c", "shop", "other"), 4, 1);
  store_ended(tree, make_pod_identity("d", "shop"), 8, 1);
  must(sweep_ended(tree, {}, 2));
  CHECK(must(read_totals(tree)).size() == 3);
  CHECK(egress(tree, {"shop", {{"tenant", "acme"}}}) == 3);
  CHECK(egress(tree, {"shop", {{"tenant", "other"}}}) == 4);
  CHECK(egress(tree, {"shop", {}}) == 8);
}

TEST_CASE("more meters than a record remembers are folded, each once") {
  const auto tree = must(make_own_tree());
  constexpr std::uint64_t kMeters = 3 * kRecentMax / 2 + 1;
  for (std::uint64_t i = 0; i < kMeters; i++)
    store_ended(tree, make_pod_identity("c" + std::to_string(i), "shop"), i + 1, 1);
  must(sweep_ended(tree, {}, 2));
  CHECK(egress(tree, {"shop", {}}) == kMeters * (kMeters + 1) / 2);
  const auto records = must(read_totals(tree));
  REQUIRE(records.size() == 1);
  CHECK(records[0].folded.folded == kMeters);
  CHECK(records[0].folded.recent.size() == kRecentMax);
}

TEST_CASE("a meter that a record names is not counted beside it, and goes with the next sweep") {
  const auto tree = must(make_own_tree());
  const auto pod = make_pod_identity("a", "shop");
  store_ended(tree, pod, 100, 1);
  must(sweep_ended(tree, {}, 2));
  // As a process leaves it that died between the record and the meter's removal.
  store_ended(tree, pod, 100, 3);
  REQUIRE(::rename(tree.ended("a+eth0+3").path().c_str(), tree.folding("a+eth0+3").path().c_str()) == 0);
  CHECK(must(walk(tree)).readings.at(0).is_folded);
  CHECK(egress(tree, {"shop", {}}) == 100);
  must(sweep_ended(tree, {minutes(15)}, 4));
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
}

TEST_CASE("what was left half-way before the record is folded by the next sweep") {
  const auto tree = must(make_own_tree());
  store_ended(tree, make_pod_identity("a", "shop"), 100, 1);
  REQUIRE(::rename(tree.ended("a+eth0+1").path().c_str(), tree.folding("a+eth0+1").path().c_str()) == 0);
  REQUIRE(::mkdir(tree.total("00000000000000aa+new").path().c_str(), 0700) == 0);
  CHECK(egress(tree, {"shop", {}}) == 100);
  must(sweep_ended(tree, {minutes(15)}, 2));
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
  CHECK_FALSE(exists(tree.total("00000000000000aa+new").path()));
}

TEST_CASE("a record without room is followed by another of its key") {
  const auto tree = must(make_own_tree());
  const auto first = make_pod_identity("a", "shop"), second = make_pod_identity("b", "shop");
  store_ended(tree, first, 100, 1);
  must(sweep_ended(tree, {}, 2));
  auto record = must(read_totals(tree)).at(0);
  for (int i = 0; i < 60; i++)
    record.folded.counts["scope-that-was-removed-" + std::to_string(i)] = {};
  record.folded.counts["full"] = {};
  while (to_text(record.folded).size() <= kSymlinkMax - 20)
    record.folded.counts["f" + std::to_string(record.folded.counts.size())] = {};
  must(replace_symlink(tree.total(record.name).counts(), to_text(record.folded)));
  store_ended(tree, second, 11, 3);
  must(sweep_ended(tree, {}, 4));
  CHECK(must(read_totals(tree)).size() == 2);
  CHECK(egress(tree, {"shop", {}}) == 111);
}

TEST_CASE("a meter whose identity is no identity goes uncounted, is told, and keeps nobody from being folded") {
  const auto tree = must(make_own_tree());
  const auto bad = make_pod_identity("bad", "shop");
  store_ended(tree, bad, 1, 1);
  store_ended(tree, make_pod_identity("good", "shop"), 100, 1);
  const auto identity = tree.ended("bad+eth0+1").identity();
  must(replace_symlink(identity, "no identity"));
  const auto swept = sweep_ended(tree, {}, 2);
  REQUIRE_FALSE(swept);
  CHECK(swept.error().text.find("bad+eth0+1") != std::string::npos);
  CHECK(names_in(tree.folding_dir()).empty());
  CHECK(egress(tree, {"shop", {}}) == 100);
}

TEST_CASE("a total that can't be read is an error, not a lower total") {
  const auto tree = must(make_own_tree());
  store_ended(tree, make_pod_identity("a", "shop"), 100, 1);
  must(sweep_ended(tree, {}, 2));
  const auto record = must(read_totals(tree)).at(0);
  must(replace_symlink(tree.total(record.name).counts(), "{}"));
  CHECK(must(walk(tree)).totals_error.has_value());
  store_ended(tree, make_pod_identity("b", "shop"), 1, 3);
  CHECK_FALSE(sweep_ended(tree, {}, 4));  // and nothing is folded into it
  CHECK(names_in(tree.folding_dir()).size() == 1);
}

TEST_CASE("where another process sweeps, nothing is done") {
  const auto tree = must(make_own_tree());
  store_ended(tree, make_pod_identity("a", "shop"), 100, 1);
  const auto lock = must(DirectoryLock::take(tree.totals_lock(), DirectoryLock::Wait::kNo));
  must(sweep_ended(tree, {}, 2));
  CHECK(names_in(tree.ended_dir()).size() == 1);
}

TEST_CASE("a total never falls, and misses nothing, beside meters that come, end and are swept") {
  const auto tree = must(make_own_tree());
  const auto child = ::fork();
  if (child == 0)
    for (std::int64_t i = 1;; i++) {
      const auto identity = make_pod_identity("brief", "shop");
      if (!store_meter(tree, identity) || !set_counters(tree.live(name_of(identity)), counts(1)) ||
          !end_meter(tree, name_of(identity), i) || (i % 5 == 0 && !sweep_ended(tree, {}, i)))
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
  must(sweep_ended(tree, {}, boot_clock_ns()));
  const auto records = must(read_totals(tree));
  REQUIRE(records.size() == 1);
  const auto walked = must(walk(tree));
  std::uint64_t living = 0;
  for (const auto& reading : walked.readings)
    living += reading.counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].bytes;
  CHECK(records[0].folded.counts.at("public")[PM_EGRESS].bytes == records[0].folded.folded);
  CHECK(egress(tree, {"shop", {}}) == records[0].folded.folded + living);
}

}  // namespace podmeter::tests
