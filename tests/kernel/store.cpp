// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/meter_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <set>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/counters.hpp"
#include "tests/meters/scope_tables.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr gid_t kReaders = 4242;

struct stat status_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status;
}

std::vector<std::string> directories(const PinTree& tree) {
  return {tree.root(), tree.version_dir(), tree.making_dir(), tree.live_dir(), tree.ended_dir()};
}

}  // namespace

TEST_CASE("the tree can be read by its group, written by root alone, and made twice") {
  const auto tree = must(make_own_tree(kReaders));
  must(make_tree(tree, kReaders));
  for (const auto& path : directories(tree)) {
    INFO(path);
    CHECK((status_of(path).st_mode & 07777) == 0750);
    CHECK(status_of(path).st_uid == 0);
    CHECK(status_of(path).st_gid == kReaders);
  }
}

TEST_CASE("making the tree again gives it to another group and mends its modes") {
  const auto tree = must(make_own_tree(kReaders));
  REQUIRE(::chmod(tree.live_dir().c_str(), 0777) == 0);
  must(make_tree(tree, kReaders + 1));
  for (const auto& path : directories(tree)) {
    CHECK(status_of(path).st_gid == kReaders + 1);
    CHECK((status_of(path).st_mode & 07777) == 0750);
  }
}

TEST_CASE("a shared pin can be read by its group and by nobody else") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  const auto pin = tree.live(name_of(identity)).counters();
  must(share_pin(pin, kReaders));
  CHECK((status_of(pin).st_mode & 07777) == 0640);
  CHECK(status_of(pin).st_gid == kReaders);
}

TEST_CASE("what was staged and not committed is gone") {
  const auto tree = must(make_own_tree());
  {
    const auto staging = must(Staging::open(tree, "a+eth0", 0, detach_links));
    const auto meter = must(Meter::load(LinkLayer::kEthernet, built_in_table()));
    must(meter.pin(staging.dir()));
    CHECK(exists(staging.dir().counters()));
  }
  CHECK(must(list_directory(tree.making_dir())).empty());
  CHECK(must(list_directory(tree.live_dir())).empty());
}

TEST_CASE("staging takes the place of what a dead process left, and isn't shared with a living one") {
  const auto tree = must(make_own_tree());
  const auto left = tree.making("a+eth0");
  REQUIRE(::mkdir(left.path().c_str(), 0700) == 0);
  must(write_identity(left.identity(), make_identity("dead")));
  {
    const auto staging = must(Staging::open(tree, "a+eth0", 0, detach_links));
    CHECK_FALSE(exists(left.identity()));
    const auto second = Staging::open(tree, "a+eth0", 0, detach_links);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == EBUSY);
    const auto swept = sweep_unfinished(tree, "a+eth0", detach_links);
    CHECK(must(swept) == Swept::kBeingMade);
    CHECK(exists(staging.dir().path()));
    must(Staging::open(tree, "b+eth0", 0, detach_links));
  }
  must(Staging::open(tree, "a+eth0", 0, detach_links));
}

TEST_CASE("sweeping what a dead process left removes it, and nothing there is not an error") {
  const auto tree = must(make_own_tree());
  const auto left = tree.making("a+eth0");
  REQUIRE(::mkdir(left.path().c_str(), 0700) == 0);
  must(write_identity(left.identity(), make_identity("dead")));
  must(sweep_unfinished(tree, "a+eth0", detach_links));
  CHECK_FALSE(exists(left.path()));
  must(sweep_unfinished(tree, "a+eth0", detach_links));
}

TEST_CASE("a meter doesn't take the place of one that is there") {
  const auto tree = must(make_own_tree());
  const auto first = make_identity("a"), second = make_identity("a");
  must(store_meter(tree, first));
  const auto stored = store_meter(tree, second);
  REQUIRE_FALSE(stored);
  CHECK((stored.error().code == EEXIST || stored.error().code == ENOTEMPTY));
  CHECK(must(read_identity(tree.live(name_of(first)).identity())).meter == first.meter);
  must(read_counters(tree.live(name_of(first)).counters()));
  CHECK(must(list_directory(tree.making_dir())).empty());
}

TEST_CASE("an ended meter is detached and unloaded, and keeps its counters and identity alone") {
  const auto pod = make_pod();
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  const auto name = name_of(identity);
  must(store_meter(tree, identity, &pod));
  const auto live = tree.live(name);
  const std::uint32_t programs[] = {must(program_id(live.program(PM_EGRESS))),
                                    must(program_id(live.program(PM_INGRESS)))};

  must(end_meter(tree, name, 1234));
  CHECK_FALSE(exists(live.path()));
  const auto ended = tree.ended(encode_ended(name, 1234));
  const auto names = must(list_directory(ended.path()));
  CHECK(std::set(names.begin(), names.end()) == std::set<std::string>{"counters", "identity"});
  CHECK(must(read_identity(ended.identity())).meter == identity.meter);
  must(read_counters(ended.counters()));
  for (const auto id : programs)
    CHECK(program_goes(id));
}

TEST_CASE("a meter's directory can be gone through by its group, and not locked") {
  const auto tree = must(make_own_tree(kReaders));
  const auto identity = make_identity("a");
  must(store_meter(tree, identity));
  CHECK((status_of(tree.live(name_of(identity)).path()).st_mode & 07777) == 0710);
}

TEST_CASE("a live meter is one process's, until it is let go") {
  const auto tree = must(make_own_tree());
  must(store_meter(tree, make_identity("a")));
  {
    const auto live = must(LiveMeter::take(tree, "a+eth0", DirectoryLock::Wait::kNo));
    const auto second = LiveMeter::take(tree, "a+eth0", DirectoryLock::Wait::kNo);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == EBUSY);
  }
  must(LiveMeter::take(tree, "a+eth0", DirectoryLock::Wait::kNo));
}

TEST_CASE("ending a meter that isn't there says that it is gone") {
  const auto tree = must(make_own_tree());
  const auto ended = end_meter(tree, "a+eth0", 1234);
  REQUIRE_FALSE(ended);
  CHECK(is_gone(ended.error()));
  must(store_meter(tree, make_identity("a")));
  must(end_meter(tree, "a+eth0", 1234));
  CHECK(is_gone(end_meter(tree, "a+eth0", 1235).error()));
}

}  // namespace podmeter::tests
