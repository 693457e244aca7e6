// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/tree_reading.hpp"

#include <bpf/bpf.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <set>

#include "bpf/base/fd.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/base/utf8.hpp"
#include "bpf/reading/reading_json.hpp"
#include "bpf/totals/retire.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

MeterDir unfinished(const PinTree& tree, const std::string& name) {
  auto dir = tree.live(name);
  REQUIRE(::mkdir(dir.path().c_str(), 0750) == 0);
  return dir;
}

void pin_map(const std::string& pin, bpf_map_type type, __u32 value_size) {
  const Fd map(bpf_map_create(type, "read", 4, value_size, 1, nullptr));
  REQUIRE(map.valid());
  REQUIRE(bpf_obj_pin(map.get(), pin.c_str()) == 0);
}

}  // namespace

TEST_CASE("a reading of a tree that doesn't exist, or is empty, finds nothing") {
  CHECK(read_tree(PinTree("/sys/fs/bpf/nowhere")).meters.empty());
  const auto reading = read_tree(must(make_own_tree()));
  CHECK(reading.meters.empty());
  CHECK(reading.problems.empty());
}

TEST_CASE("a reading has every meter, live and ended, with its identity and state") {
  const auto tree = must(make_own_tree());
  const auto live = make_identity("live.1"), ended = make_identity("ended");
  must(store_meter(tree, live));
  must(store_meter(tree, ended));
  must(end_meter(tree, name_of(ended), 77));
  const auto reading = read_tree(tree);
  REQUIRE(reading.meters.size() == 2);
  CHECK(reading.problems.empty());
  CHECK(reading.meters[0].identity == live);
  CHECK(reading.meters[0].state == MeterState::kLive);
  CHECK(reading.meters[1].identity == ended);
  CHECK(reading.meters[1].state == MeterState::kEnded);
}

TEST_CASE("a re-created meter of the same name is another one than that which ended") {
  const auto tree = must(make_own_tree());
  const auto first = make_identity("a"), second = make_identity("a");
  must(store_meter(tree, first));
  must(end_meter(tree, name_of(first), 77));
  must(store_meter(tree, second));
  std::set<std::string> meters;
  for (const auto& meter : read_tree(tree).meters)
    meters.insert(meter.identity.meter);
  CHECK(meters == std::set{first.meter, second.meter});
}

TEST_CASE("a meter seen live and ended is read once, as ended") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  must(end_meter(tree, name_of(identity), 77));
  must(store_meter(tree, identity));
  const auto reading = read_tree(tree);
  REQUIRE(reading.meters.size() == 1);
  CHECK(reading.meters[0].state == MeterState::kEnded);
}

TEST_CASE("a broken meter is told with the part at fault, and doesn't stop the rest") {
  const auto tree = must(make_own_tree());
  const auto good = make_identity("good");
  must(store_meter(tree, good));
  pin_map(unfinished(tree, "nothing+eth0").path() + "/else", BPF_MAP_TYPE_ARRAY, 8);
  pin_map(unfinished(tree, "anonymous+eth0").counters(), BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(pm_counters));
  const auto garbled = unfinished(tree, "garbled+eth0");
  REQUIRE(::symlink("no identity", garbled.identity().c_str()) == 0);
  const auto odd = unfinished(tree, "odd+eth0");
  must(write_identity(odd.identity(), make_identity("odd")));
  REQUIRE(::mkdir(odd.counters().c_str(), 0750) == 0);
  unfinished(tree, "foreign name");
  unfinished(tree, "foreign");
  must(write_identity(unfinished(tree, "countless+eth0").identity(), make_identity("countless")));

  const auto reading = read_tree(tree);
  REQUIRE(reading.meters.size() == 1);
  CHECK(reading.meters[0].identity == good);
  CHECK(count_broken_meters(reading) == reading.problems.size());
  std::map<std::string, ProblemReason> reasons;
  for (const auto& problem : reading.problems) {
    reasons[problem.path.substr(tree.live_dir().size() + 1)] = problem.reason;
    CHECK_FALSE(problem.error.text.empty());
  }
  CHECK(reasons == std::map<std::string, ProblemReason>{{"nothing+eth0", ProblemReason::kIdentity},
                                                        {"anonymous+eth0", ProblemReason::kIdentity},
                                                        {"garbled+eth0", ProblemReason::kIdentity},
                                                        {"odd+eth0", ProblemReason::kCounters},
                                                        {"foreign name", ProblemReason::kName},
                                                        {"foreign", ProblemReason::kName},
                                                        {"countless+eth0", ProblemReason::kCounters}});
}

TEST_CASE("a map of another shape in the counters' place is refused by its shape") {
  const auto tree = must(make_own_tree());
  const auto shape = GENERATE(values<std::pair<bpf_map_type, __u32>>({{BPF_MAP_TYPE_ARRAY, 512},
                                                                      {BPF_MAP_TYPE_PERCPU_ARRAY, 504},
                                                                      {BPF_MAP_TYPE_PERCPU_ARRAY, 8192},
                                                                      {BPF_MAP_TYPE_PERCPU_HASH, 512}}));
  const auto dir = unfinished(tree, "odd+eth0");
  must(write_identity(dir.identity(), make_identity("odd")));
  pin_map(dir.counters(), shape.first, shape.second);
  const auto reading = read_tree(tree);
  CHECK(reading.meters.empty());
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].reason == ProblemReason::kCounters);
  CHECK(reading.problems[0].error.code == EPROTOTYPE);
}

TEST_CASE("text of a reading is valid UTF-8 without NUL, whatever the names and texts in the tree are") {
  const auto tree = must(make_own_tree());
  auto identity = make_identity("c\xff\x80");
  identity.attachment.interface = "eth\xc3";
  identity.pod = std::string("a\0b", 3);
  identity.labels["tenant"] = std::string("x\0", 2);
  must(store_meter(tree, identity));
  unfinished(tree, "foreign \xff");
  must(write_symlink(unfinished(tree, "garbled+eth0").identity(), "{\"\xff"));
  must(write_symlink(tree.scope_names(), R"([{"slot": 1, "name": "a\u0000b", "removed": false}])"));
  REQUIRE(::mkdir(tree.total(identity.meter).path().c_str(), 0750) == 0);
  must(write_symlink(tree.total(identity.meter).key(), R"({"namespace": "n\u0000", "labels": {"tenant": "\u0000"}})"));
  must(write_symlink(tree.total(identity.meter).counts(),
                     R"({"folded": 1, "recent": [], "counts": {"\u0000": [1,1,1,1]}})"));

  const auto reading = read_tree(tree);
  REQUIRE(reading.meters.size() == 1);
  const std::string replacement = "\xef\xbf\xbd";
  CHECK(reading.meters[0].identity.attachment == Attachment{"c" + replacement + replacement, "eth" + replacement});
  CHECK(reading.meters[0].identity.pod == "a" + replacement + "b");
  CHECK(reading.meters[0].identity.labels.at("tenant") == "x" + replacement);
  CHECK(reading.scopes.at(0).name == "a" + replacement + "b");
  const TotalKey key{"n" + replacement, {{"tenant", replacement}}};
  CHECK(reading.totals.counts.at(key).count(replacement) == 1);
  CHECK(reading.problems.size() == 2);
  for (const auto& problem : reading.problems) {
    CHECK(valid_utf8(problem.path) == problem.path);
    CHECK(valid_utf8(problem.error.text) == problem.error.text);
  }
  CHECK_FALSE(reading_json(reading).empty());  // it would throw where text is not UTF-8
}

TEST_CASE("an ended meter with a part missing is being folded, not broken") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  must(end_meter(tree, name_of(identity), 77));
  REQUIRE(::unlink(tree.ended(name_of(identity) + "+77").counters().c_str()) == 0);
  const auto reading = read_tree(tree);
  CHECK(reading.meters.empty());
  CHECK(reading.problems.empty());
}

TEST_CASE("a tree that can't be listed is a problem that names it, and has no meters") {
  const auto tree = must(make_own_tree());
  const auto status = as_nobody([&] {
    const auto reading = read_tree(tree);
    const auto* problem = find_problem(reading, ProblemReason::kTree);
    const bool is_told = problem != nullptr && problem->error.code == EACCES &&
                         problem->error.text.find(tree.root()) != std::string::npos;
    return is_told && reading.meters.empty() && reading.totals.counts.empty() ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("meters that come, end and vanish during a reading are read once or not at all, and never broken") {
  const auto tree = must(make_own_tree());
  const auto steady = make_identity("steady");
  must(store_meter(tree, steady));
  const auto child = ::fork();
  if (child == 0)
    for (std::int64_t i = 1;; i++) {
      const auto identity = make_identity("brief");
      if (!store_meter(tree, identity) || !end_meter(tree, name_of(identity), i) ||
          !retire_ended(tree, {}, i + (i % 2)))
        ::_exit(1);
    }
  for (int i = 0; i < 1500; i++) {
    const auto reading = read_tree(tree);
    std::multiset<std::string> meters;
    for (const auto& meter : reading.meters)
      meters.insert(meter.identity.meter);
    for (const auto& problem : reading.problems)
      FAIL_CHECK(problem.error.text);
    for (const auto& meter : meters)
      if (meters.count(meter) != 1)
        FAIL_CHECK("read twice: " << meter);
    CHECK(meters.count(steady.meter) == 1);
  }
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));  // it hadn't given up
}

}  // namespace podmeter::tests
