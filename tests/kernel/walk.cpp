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
#include "bpf/totals/retire.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

MeterDir half_made(const PinTree& tree, const std::string& name) {
  auto dir = tree.live(name);
  REQUIRE(::mkdir(dir.path().c_str(), 0750) == 0);
  return dir;
}

void pin_map(const std::string& pin, bpf_map_type type, __u32 value_size) {
  const Fd map(bpf_map_create(type, "walked", 4, value_size, 1, nullptr));
  REQUIRE(map.valid());
  REQUIRE(bpf_obj_pin(map.get(), pin.c_str()) == 0);
}

}  // namespace

TEST_CASE("a walk of a tree that doesn't exist, or is empty, finds nothing") {
  CHECK(must(walk(PinTree("/sys/fs/bpf/nowhere"))).readings.empty());
  const auto walked = must(walk(must(make_own_tree())));
  CHECK(walked.readings.empty());
  CHECK(walked.broken.empty());
}

TEST_CASE("a walk reads every meter, live and ended, with its identity and state") {
  const auto tree = must(make_own_tree());
  const auto live = make_identity("live.1"), ended = make_identity("ended");
  must(store_meter(tree, live));
  must(store_meter(tree, ended));
  must(end_meter(tree, name_of(ended), 77));
  const auto walked = must(walk(tree));
  REQUIRE(walked.readings.size() == 2);
  CHECK(walked.broken.empty());
  CHECK(walked.readings[0].identity == live);
  CHECK(walked.readings[0].state == MeterState::kLive);
  CHECK(walked.readings[1].identity == ended);
  CHECK(walked.readings[1].state == MeterState::kEnded);
}

TEST_CASE("a re-created meter of the same name is another one than that which ended") {
  const auto tree = must(make_own_tree());
  const auto first = make_identity("a"), second = make_identity("a");
  must(store_meter(tree, first));
  must(end_meter(tree, name_of(first), 77));
  must(store_meter(tree, second));
  std::set<std::string> meters;
  for (const auto& reading : must(walk(tree)).readings)
    meters.insert(reading.identity.meter);
  CHECK(meters == std::set{first.meter, second.meter});
}

TEST_CASE("a meter seen live and ended is read once, as ended") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  must(end_meter(tree, name_of(identity), 77));
  must(store_meter(tree, identity));
  const auto walked = must(walk(tree));
  REQUIRE(walked.readings.size() == 1);
  CHECK(walked.readings[0].state == MeterState::kEnded);
}

TEST_CASE("a broken meter is told with the part at fault, and doesn't stop the rest") {
  const auto tree = must(make_own_tree());
  const auto good = make_identity("good");
  must(store_meter(tree, good));
  pin_map(half_made(tree, "nothing+eth0").path() + "/else", BPF_MAP_TYPE_ARRAY, 8);
  pin_map(half_made(tree, "anonymous+eth0").counters(), BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(pm_counters));
  const auto garbled = half_made(tree, "garbled+eth0");
  REQUIRE(::symlink("no identity", garbled.identity().c_str()) == 0);
  const auto odd = half_made(tree, "odd+eth0");
  must(write_identity(odd.identity(), make_identity("odd")));
  REQUIRE(::mkdir(odd.counters().c_str(), 0750) == 0);
  half_made(tree, "foreign name");
  half_made(tree, "foreign");
  must(write_identity(half_made(tree, "countless+eth0").identity(), make_identity("countless")));

  const auto walked = must(walk(tree));
  REQUIRE(walked.readings.size() == 1);
  CHECK(walked.readings[0].identity == good);
  std::map<std::string, BrokenPart> parts;
  for (const auto& broken : walked.broken) {
    parts[broken.path.substr(tree.live_dir().size() + 1)] = broken.part;
    CHECK_FALSE(broken.error.text.empty());
  }
  CHECK(parts == std::map<std::string, BrokenPart>{{"nothing+eth0", BrokenPart::kIdentity},
                                                   {"anonymous+eth0", BrokenPart::kIdentity},
                                                   {"garbled+eth0", BrokenPart::kIdentity},
                                                   {"odd+eth0", BrokenPart::kCounters},
                                                   {"foreign name", BrokenPart::kName},
                                                   {"foreign", BrokenPart::kName},
                                                   {"countless+eth0", BrokenPart::kCounters}});
}

TEST_CASE("a map of another shape in the counters' place is refused by its shape") {
  const auto tree = must(make_own_tree());
  const auto shape = GENERATE(values<std::pair<bpf_map_type, __u32>>({{BPF_MAP_TYPE_ARRAY, 512},
                                                                      {BPF_MAP_TYPE_PERCPU_ARRAY, 504},
                                                                      {BPF_MAP_TYPE_PERCPU_ARRAY, 8192},
                                                                      {BPF_MAP_TYPE_PERCPU_HASH, 512}}));
  const auto dir = half_made(tree, "odd+eth0");
  must(write_identity(dir.identity(), make_identity("odd")));
  pin_map(dir.counters(), shape.first, shape.second);
  const auto walked = must(walk(tree));
  CHECK(walked.readings.empty());
  REQUIRE(walked.broken.size() == 1);
  CHECK(walked.broken[0].part == BrokenPart::kCounters);
  CHECK(walked.broken[0].error.code == EPROTOTYPE);
}

TEST_CASE("an ended meter with a part missing is being swept, not broken") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  must(end_meter(tree, name_of(identity), 77));
  REQUIRE(::unlink(tree.ended(name_of(identity) + "+77").counters().c_str()) == 0);
  const auto walked = must(walk(tree));
  CHECK(walked.readings.empty());
  CHECK(walked.broken.empty());
}

TEST_CASE("a tree that can't be listed is an error that names it") {
  const auto tree = must(make_own_tree());
  const auto status = as_nobody([&] {
    const auto walked = walk(tree);
    return !walked && walked.error().code == EACCES && walked.error().text.find(tree.root()) != std::string::npos ? 0
                                                                                                                  : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("meters that come, end and vanish during a walk are read once or not at all, and never broken") {
  const auto tree = must(make_own_tree());
  const auto steady = make_identity("steady");
  must(store_meter(tree, steady));
  const auto child = ::fork();
  if (child == 0)
    for (std::int64_t i = 1;; i++) {
      const auto identity = make_identity("brief");
      if (!store_meter(tree, identity) || !end_meter(tree, name_of(identity), i) || !sweep_ended(tree, {}, i + (i % 2)))
        ::_exit(1);
    }
  for (int i = 0; i < 1500; i++) {
    const auto walked = must(walk(tree));
    std::multiset<std::string> meters;
    for (const auto& reading : walked.readings)
      meters.insert(reading.identity.meter);
    for (const auto& broken : walked.broken)
      FAIL_CHECK(broken.error.text);
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
