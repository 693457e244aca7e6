// SPDX-License-Identifier: Apache-2.0
// The faults that reconcile puts right, and all that it leaves alone.
#include <bpf/bpf.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/base/directory_lock.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/base/text_file.hpp"
#include "bpf/events/repairs.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/checks/datagrams.hpp"
#include "tests/e2e/reconcile_checks.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using Repaired = std::multiset<std::string>;

constexpr std::uint64_t kDatagram = 100 + 28;

std::uint64_t sent(const std::string& container = "c1", const std::string& state = "live") {
  return shown_meter(container, state).counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].bytes;
}

std::uint64_t repaired(const Node& node, Repair repair) {
  return must(read_repairs(node.tree().repairs())).of[static_cast<int>(repair)];
}

void detach_link(const std::string& pin) {
  const Fd link(bpf_obj_get(pin.c_str()));
  REQUIRE(bpf_link_detach(link.get()) == 0);
}

}  // namespace

TEST_CASE("where all is well reconcile repairs nothing, and says when it looked") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", GENERATE("tcx", "clsact")}}));
  send_datagrams(pod, 3);
  CHECK(files.repairs() == Repaired{});
  CHECK(must(read_repairs(node.tree().repairs())).last_reconcile_ns > 0);
  CHECK(sent() == 3 * kDatagram);
  CHECK(node.failures() == 0);
}

TEST_CASE("a meter whose namespace went without a DEL is ended, with its last counts") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const RuntimeFiles files;
  {
    const auto pod = make_pod();
    make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
    send_datagrams(pod, 5);
  }
  CHECK(soon([&] { return !files.repairs({"--dry-run"}).empty(); }));
  CHECK(files.repairs() == Repaired{"end c1/eth0"});
  CHECK(sent("c1", "ended") == 5 * kDatagram);
  CHECK(repaired(node, Repair::kEnd) == 1);
  CHECK(files.repairs() == Repaired{});
}

TEST_CASE("a meter whose interface went ends, and one that came in its place is counted on") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  send_datagrams(pod, 2);
  ip(pod.netns, "link del eth0\n");
  SECTION("gone") {
    CHECK(files.repairs() == Repaired{"end c1/eth0"});
    CHECK(sent("c1", "ended") == 2 * kDatagram);
  }
  SECTION("another") {
    ip(pod.netns,
       "link add eth0 type veth peer name peer0\nlink set peer0 up\nlink set eth0 up arp off\naddr add 198.51.100.1/24 "
       "dev eth0\n");
    CHECK(files.repairs() == Repaired{"reattach c1/eth0"});
    const auto sender =
        must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));  // to a peer in the pod: nobody receives
    must(sender.send(100, {"198.51.100.2", 9000}));
    CHECK(sent() == 3 * kDatagram);
    make_succeeding(del_call(pod.netns));
    CHECK(soon_unmetered(pod.netns));
  }
}

TEST_CASE("what was detached counts again, by the same counters") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  const std::string how = GENERATE("link", "links", "pin", "filter", "qdisc", "program");
  const std::string attach = how == "filter" || how == "qdisc" ? "clsact" : "tcx";
  make_succeeding(with(add_call(pod.netns), {{"attach", attach}}));
  send_datagrams(pod, 2);
  const auto live = node.live();
  if (how == "link" || how == "links")
    detach_link(live.link(PM_EGRESS));
  if (how == "links")
    detach_link(live.link(PM_INGRESS));
  if (how == "pin")
    REQUIRE(::unlink(live.link(PM_EGRESS).c_str()) == 0);
  if (how == "program")
    REQUIRE(::unlink(live.program(PM_EGRESS).c_str()) == 0);
  if (how == "filter")
    tc(pod.netns, "filter del dev eth0 egress prio 1\n");
  if (how == "qdisc")
    tc(pod.netns, "qdisc del dev eth0 clsact\n");
  if (how == "pin")
    CHECK(soon([&] { return attached_programs(pod.netns).size() == 1; }));
  CHECK(files.repairs({"--dry-run"}) == Repaired{"reattach c1/eth0"});
  CHECK(files.repairs() == Repaired{"reattach c1/eth0"});
  make_succeeding(check_call(pod.netns));
  send_datagrams(pod, 4);
  CHECK(sent() == 6 * kDatagram);
  CHECK(attached_programs(pod.netns) == pinned_programs(live));
  CHECK(files.repairs() == Repaired{});
  make_succeeding(del_call(pod.netns));
  CHECK(soon_unmetered(pod.netns));
}

TEST_CASE("an interface that the pod renamed is still the meter's") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"attach", GENERATE("tcx", "clsact")}}));
  ip(pod.netns,
     "link set eth0 down name real\nlink set real up\nlink add eth0 type veth peer name peer0\nlink set eth0 up\n");
  const auto before = attached_programs(pod.netns, "real");
  CHECK(files.repairs() == Repaired{});
  CHECK(attached_programs(pod.netns, "real") == before);
  CHECK(attached_programs(pod.netns, "eth0").empty());
}

TEST_CASE("unfinished meters go when their builder is dead, and stay while it lives") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto building = must(Staging::open(node.tree(), "building+eth0", 0, detach_links));
  REQUIRE(::mkdir(node.tree().making("dead+eth0").path().c_str(), 0750) == 0);
  CHECK(files.repairs() == Repaired{"sweep dead+eth0"});
  CHECK(exists(building.dir().path()));
  CHECK(repaired(node, Repair::kSweep) == 1);
}

TEST_CASE("ended meters are folded into the totals when their retention is over") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"endedRetention", "1ns"}});
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  send_datagrams(pod, 2);
  make_succeeding(del_call(pod.netns));
  CHECK(files.repairs() == Repaired{});
  CHECK(shown_meters().empty());
  CHECK(must(list_directory(node.tree().totals_dir())).size() == 2);  // one, and the lock
}

TEST_CASE("a changed scope file is applied") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"scopes", "/run/scopes.json"}});
  const auto pod = make_pod();
  std::ofstream("/run/scopes.json") << R"([{"name": "all", "default": true}])";
  make_succeeding(with(add_call(pod.netns), {{"scopes", "/run/scopes.json"}}));
  CHECK(files.repairs() == Repaired{});
  std::ofstream("/run/scopes.json") << R"([{"name": "rest", "default": true}])";
  CHECK(files.repairs() == Repaired{"scopes /run/scopes.json"});
  CHECK(files.repairs() == Repaired{});
  std::ofstream("/run/scopes.json") << "no scopes";
  CHECK(files.reconcile().finish().status == 1);
  CHECK(node.failures(FailureCommand::kReconcile, FailureReason::kConfig) == 1);
}

TEST_CASE("a dry run says what would be done, and does nothing") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"endedRetention", "1ns"}});
  const auto pod = make_pod(), other = make_pod();
  files.remember("adoptable", other.netns);
  CHECK(files.repairs({"--dry-run"}).count("adopt adoptable/eth0") == 1);
  CHECK_FALSE(exists(node.tree().root()));
  make_succeeding(add_call(pod.netns));
  REQUIRE(::mkdir(node.tree().making("dead+eth0").path().c_str(), 0750) == 0);
  const auto pins = node.pins();
  CHECK(files.repairs({"--dry-run"}) == Repaired{"adopt adoptable/eth0", "sweep dead+eth0"});
  CHECK(node.pins() == pins);
  CHECK_FALSE(exists(node.tree().repairs()));
}

TEST_CASE("a meter that can't be looked at keeps no other from its repair, and is told once") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  break_meter(node);
  REQUIRE(::mkdir(node.tree().making("dead+eth0").path().c_str(), 0750) == 0);
  detach_link(node.live().link(PM_EGRESS));
  const auto finished = files.reconcile().finish();
  INFO(finished.output << finished.log);
  CHECK(finished.status == 1);
  CHECK(count(finished.log, "level=error") == 1);
  CHECK(count(finished.log, "can't look after container broken (eth0)") == 1);
  CHECK(count(finished.output, "failed: container broken (eth0): ") == 1);
  CHECK(count(finished.output, "container c1 (eth0)") == 1);
  CHECK(count(finished.output, "container dead (eth0)") == 1);
  CHECK(repaired(node, Repair::kReattach) == 1);
  CHECK(repaired(node, Repair::kSweep) == 1);
  CHECK(node.failures(FailureCommand::kReconcile, FailureReason::kIdentity) == 1);
}

TEST_CASE("a repair that is left to the process that has the meter's lock is told, and made when the lock is free") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  detach_link(node.live().link(PM_EGRESS));
  {
    const auto lock = must(DirectoryLock::take(node.live().path(), DirectoryLock::Wait::kNo));
    const auto finished = files.reconcile().finish();
    INFO(finished.output << finished.log);
    CHECK(finished.status == 0);
    CHECK(count(finished.output, "put off, as another process is at it: reattach container c1 (eth0)") == 1);
    CHECK(count(finished.output, "nothing to repair") == 0);
    CHECK(repaired(node, Repair::kReattach) == 0);
  }
  CHECK(files.repairs() == Repaired{"reattach c1/eth0"});
}

TEST_CASE("only a reconcile that could look at everything says that there is nothing to repair") {
  const Node node;
  const RuntimeFiles files;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto looked = files.reconcile({"--dry-run"}).finish();
  CHECK(looked.status == 0);
  CHECK(looked.output == "nothing to repair\n");
  SECTION("a meter") {
    break_meter(node);
  }
  SECTION("a file of the runtime's cache") {
    std::filesystem::create_symlink("pods-c1-eth0", "/run/cni/cache/results/pods-c1-eth0");
  }
  SECTION("a file of the runtime's configuration") {
    std::ofstream("/run/cni/net.d/20-cut.conflist") << "{";
  }
  for (const auto& arguments : {std::vector<std::string>{"--dry-run"}, {}}) {
    const auto finished = files.reconcile(arguments).finish();
    INFO(finished.output << finished.log);
    CHECK(finished.status == 1);
    CHECK(count(finished.output, "failed: ") == 1);
    CHECK(count(finished.output, "nothing to repair") == 0);
  }
}

TEST_CASE("four reconciles at once make a repair once") {
  const Node node;
  const RuntimeFiles files(ordered_json{{"scopes", "/run/scopes.json"}});
  const auto pod = make_pod();
  std::ofstream("/run/scopes.json") << R"([{"name": "all", "default": true}])";
  make_succeeding(with(add_call(pod.netns), {{"scopes", "/run/scopes.json"}}));
  Repair repair{};
  SECTION("of a meter") {
    repair = Repair::kReattach;
    detach_link(node.live().link(PM_EGRESS));
  }
  SECTION("of what ADD left") {
    repair = Repair::kSweep;
    REQUIRE(::mkdir(node.tree().making("dead+eth0").path().c_str(), 0750) == 0);
  }
  SECTION("of the scopes") {
    repair = Repair::kScopes;
    std::ofstream("/run/scopes.json") << R"([{"name": "rest", "default": true}])";
  }
  std::vector<Running> running;
  for (int i = 0; i < 4; i++)
    running.push_back(must(files.reconcile().start()));
  for (auto& one : running)
    CHECK(one.wait().status == 0);
  CHECK(repaired(node, repair) == 1);
  CHECK(files.repairs() == Repaired{});
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
}

}  // namespace podmeter::tests
