// SPDX-License-Identifier: Apache-2.0
// Totals of which a record can't be read.
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>

#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/totals/read_totals.hpp"
#include "bpf/totals/retire.hpp"
#include "tests/meters/counted_meter.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using std::chrono::minutes;

const TotalKey kShop{"shop", {}}, kElse{"else", {}};

std::uint64_t egress(const Totals& totals, const TotalKey& key) {
  return totals.counts.at(key).at("public")[PM_EGRESS].bytes;
}

// A tree with a total of "shop", 100 bytes, and one of "else", 7.
struct FoldedPods {
  PinTree tree = must(make_own_tree());
  Identity shop = make_pod_identity("a", "shop"), other = make_pod_identity("b", "else");

  FoldedPods() {
    must(store_ended(tree, shop, 100, 1));
    must(store_ended(tree, other, 7, 1));
    must(retire_ended(tree, {}, 2));
  }

  [[nodiscard]] TotalDir shop_record() const { return tree.total(shop.meter); }
  void garble_shop() const { must(replace_symlink(shop_record().counts(), R"({"v":2})")); }
  void garble_shop_key() const { must(replace_symlink(shop_record().key(), "not a key")); }
};

std::size_t kept_meters(const PinTree& tree) {
  return must(list_directory(tree.ended_dir())).size() + must(list_directory(tree.folding_dir())).size();
}

// How often the directory of the live meters is listed while `fn` runs.
template <class Fn>
std::size_t passes(const PinTree& tree, const Fn& fn) {
  const Fd watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  // The kernel merges events that are equal; an end between them keeps two beginnings apart.
  REQUIRE(::inotify_add_watch(watch.get(), tree.live_dir().c_str(), IN_OPEN | IN_CLOSE_NOWRITE) >= 0);
  fn();
  std::array<inotify_event, 64> events{};
  const ssize_t size = ::read(watch.get(), events.data(), sizeof(events));
  return size <= 0 ? 0 : static_cast<std::size_t>(size) / sizeof(inotify_event) / 2;
}

}  // namespace

TEST_CASE("a record that can't be parsed takes its own total away and no other, and is told with its path") {
  const FoldedPods pods;
  pods.garble_shop();
  const auto reading = read_tree(pods.tree);
  CHECK(reading.totals.incomplete == std::set<TotalKey>{kShop});
  CHECK_FALSE(reading.totals.any_may_be_incomplete);
  CHECK(egress(reading.totals, kElse) == 7);
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].reason == ProblemReason::kTotals);
  CHECK(reading.problems[0].path == pods.shop_record().path());
  CHECK(reading.problems[0].error.text.find(pods.shop_record().counts()) != std::string::npos);
}

TEST_CASE("a record whose key can't be parsed could be of any total, and the meters are read all the same") {
  const FoldedPods pods;
  must(store_counted(pods.tree, make_pod_identity("c", "shop"), 1));
  pods.garble_shop_key();
  const auto reading = read_tree(pods.tree);
  CHECK(reading.totals.any_may_be_incomplete);
  CHECK(reading.problems.size() == 1);
  CHECK(reading.meters.size() == 1);
}

TEST_CASE("a meter whose counters can't be read takes its own total away and no other") {
  const FoldedPods pods;
  const auto broken = make_pod_identity("c", "shop");
  must(store_counted(pods.tree, broken, 1));
  REQUIRE(::unlink(pods.tree.live(name_of(broken)).counters().c_str()) == 0);
  const auto totals = read_tree(pods.tree).totals;
  CHECK(totals.incomplete == std::set<TotalKey>{kShop});
  CHECK(egress(totals, kElse) == 7);
}

TEST_CASE("beside a record that can't be parsed, meters go into a fresh record of their key") {
  const FoldedPods pods;
  const bool has_key = GENERATE(true, false);
  has_key ? pods.garble_shop() : pods.garble_shop_key();
  for (const auto* container : {"c", "d"}) {
    must(store_ended(pods.tree, make_pod_identity(container, "shop"), 10, 3));
    must(store_ended(pods.tree, make_pod_identity(container, "else"), 1, 4));
    must(retire_ended(pods.tree, {}, 5));
    CHECK(kept_meters(pods.tree) == 0);
  }
  const auto records = must(read_totals(pods.tree));
  CHECK(records.by_name.size() == 2);
  CHECK(records.broken.size() == 1);
  const auto fresh = must(records_of(pods.tree, kShop));
  REQUIRE(fresh.size() == 1);
  CHECK(records.by_name.at(fresh[0]).folded.counts.at("public")[PM_EGRESS].bytes == 20);
  CHECK(egress(read_tree(pods.tree).totals, kElse) == 9);
}

TEST_CASE("a broken record is known to hold the meter that it is named after") {
  const FoldedPods pods;
  pods.garble_shop();
  // As a process leaves it that died between the record and the meter's removal.
  must(store_ended(pods.tree, pods.shop, 100, 3));
  REQUIRE(::rename(pods.tree.ended("a+eth0+3").path().c_str(), pods.tree.folding("a+eth0+3").path().c_str()) == 0);
  CHECK(read_tree(pods.tree).meters.at(0).is_folded);
  must(retire_ended(pods.tree, {minutes(15)}, 4));
  CHECK(kept_meters(pods.tree) == 0);
  CHECK(must(records_of(pods.tree, kShop)).empty());
}

TEST_CASE("meters that can't be folded count among those that are kept, the oldest go at last, and others are folded") {
  const FoldedPods pods;
  REQUIRE(::mkdir((pods.shop_record().counts() + "+new").c_str(), 0700) == 0);  // in the way of what is written
  constexpr std::size_t kMost = 2;
  std::string told;
  for (std::int64_t now = 3; now < 9; now++) {
    must(store_ended(pods.tree, make_pod_identity("c" + std::to_string(now), "shop"), 1, now));
    must(store_ended(pods.tree, make_pod_identity("d" + std::to_string(now), "else"), 1, now));
    const auto result = retire_ended(pods.tree, {minutes(0), kMost}, now + 1);
    REQUIRE_FALSE(result);
    told = result.error().text;
    CHECK(kept_meters(pods.tree) <= kMost);
  }
  CHECK(told.find("the counts of the 1 oldest are lost") != std::string::npos);
  CHECK(egress(read_tree(pods.tree).totals, kElse) == 13);
  REQUIRE(::rmdir((pods.shop_record().counts() + "+new").c_str()) == 0);
  must(retire_ended(pods.tree, {}, 10));
  CHECK(egress(read_tree(pods.tree).totals, kShop) == 100 + kMost);
}

TEST_CASE("the meters are read once, whatever can't be parsed") {
  const FoldedPods pods;
  CHECK(passes(pods.tree, [&] { (void)read_tree(pods.tree); }) == 1);
  pods.garble_shop();
  CHECK(passes(pods.tree, [&] { (void)read_tree(pods.tree); }) == 1);
  pods.garble_shop_key();
  CHECK(passes(pods.tree, [&] { (void)read_tree(pods.tree); }) == 1);
}

}  // namespace podmeter::tests
