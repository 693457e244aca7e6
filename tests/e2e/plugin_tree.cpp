// SPDX-License-Identifier: Apache-2.0
// The tree's readers, and the tree after many calls at once.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Access {
  mode_t mode;
  uid_t owner;
  gid_t group;

  bool operator==(const Access&) const = default;
};

Access access_of(const std::string& path) {
  struct stat status {};
  INFO(path);
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return {status.st_mode & 07777, status.st_uid, status.st_gid};
}

std::string octal(const Access& access) {
  std::ostringstream text;
  text << std::oct << access.mode << std::dec << ' ' << access.owner << ':' << access.group;
  return text.str();
}

void expect_access(const std::string& path, const Access& wanted) {
  INFO(path << " has " << octal(access_of(path)) << ", not " << octal(wanted));
  CHECK(access_of(path) == wanted);
}

// The groups of the tree's directories, and of these containers' meters and counters.
std::set<gid_t> readers_of(const Node& node, const std::vector<std::string>& containers) {
  const auto& tree = node.tree();
  std::set<gid_t> groups;
  for (const auto& path : {tree.root(), tree.version_dir(), tree.scopes_dir(), tree.making_dir(), tree.live_dir(),
                           tree.ended_dir(), tree.folding_dir(), tree.totals_dir()})
    groups.insert(access_of(path).group);
  for (const auto& container : containers)
    for (const auto& path : {node.live(container).path(), node.live(container).counters()})
      groups.insert(access_of(path).group);
  return groups;
}

// As on a node without groups.
bool hide_groups() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("/dev/null", "/etc/group", nullptr, MS_BIND, nullptr) == 0;
}

constexpr Access kReadableDirectory{0750, 0, kPodmeterGroup};
constexpr Access kMeterDirectory{0710, 0, kPodmeterGroup};  // can be gone through, not locked
constexpr Access kReadablePin{0640, 0, kPodmeterGroup};

}  // namespace

TEST_CASE("the group reads directories, counters and failures, and programs and links are root's alone") {
  const mode_t mask = GENERATE(as<mode_t>(), 0022, 0000, 0077);
  const Node node;
  const auto pod = make_pod();
  const auto masked = [&] { return ::umask(mask) <= 07777; };
  REQUIRE(run_of(with(add_call(pod.netns), {{"unknown", 1}})).first(masked).finish().status == 0);
  const auto& tree = node.tree();
  const auto live = node.live();
  for (const auto& path : {tree.root(), tree.version_dir(), tree.making_dir(), tree.live_dir(), tree.ended_dir(),
                           tree.folding_dir(), tree.totals_dir()})
    expect_access(path, kReadableDirectory);
  expect_access(live.path(), kMeterDirectory);
  expect_access(live.counters(), kReadablePin);
  expect_access(tree.failures(), kReadablePin);
  for (const auto direction : kDirections)
    for (const auto& pin : {live.program(direction), live.link(direction)}) {
      INFO(pin << " has " << octal(access_of(pin)));
      CHECK(access_of(pin).owner == 0);
      CHECK((access_of(pin).mode & 0077) == 0);
    }
  make_succeeding(del_call(pod.netns));
  for (const auto& entry : std::filesystem::directory_iterator(tree.ended_dir()))
    expect_access(entry.path(), kMeterDirectory);
}

TEST_CASE("a group that can't be found takes no tree from its readers, and the failure is recorded") {
  const auto wrong = GENERATE(ordered_json("nobody-has-this-group"), ordered_json(""), ordered_json(7),
                              ordered_json(nullptr), ordered_json("4294967295"));
  const ordered_json field = {{"group", wrong}};
  INFO(field.dump());
  const Node node;
  const auto pod = make_pod(), other = make_pod(), third = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"group", "1234"}}));
  const auto added = make_succeeding(with(add_call(other.netns, "c2"), field));
  CHECK(readers_of(node, {"c1", "c2"}) == std::set<gid_t>{1234});
  CHECK(added.finished.log.find("field 'group'") != std::string::npos);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
  CHECK(access_of(node.tree().failures()) == Access{0640, 0, 1234});
  const RuntimeFiles files(field);
  files.remember("c3", third.netns);
  CHECK(files.repairs() == std::multiset<std::string>{"adopt c3/eth0"});
  Run scopes(PODMETER_BINARY);
  CHECK(scopes.argument("scopes").argument("apply").finish().status == 0);
  make_succeeding(with(add_call(pod.netns), field));
  make_succeeding(with(status_call(), {{"group", "1234"}}));
  CHECK(readers_of(node, {"c1", "c2", "c3"}) == std::set<gid_t>{1234});
  CHECK(access_of(node.tree().repairs()) == Access{0640, 0, 1234});
}

TEST_CASE("another group that exists gets the tree: the operator changed it") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"group", "1234"}}));
  make_succeeding(with(add_call(pod.netns), {{"group", GENERATE("podmeter", "5678", "0")}}));
  CHECK(readers_of(node, {"c1"}).count(1234) == 0);
  CHECK(readers_of(node, {"c1"}).size() == 1);
}

TEST_CASE("a new tree whose group can't be found is the default group's") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"group", "nobody-has-this-group"}}));
  CHECK(readers_of(node, {"c1"}) == std::set<gid_t>{kPodmeterGroup});
}

TEST_CASE("where not even the default group exists root alone reads the tree, and the log says so") {
  const Node node;
  const auto pod = make_pod();
  const auto added = run_of(add_call(pod.netns)).first(hide_groups).finish();
  CHECK(added.status == 0);
  CHECK(added.log.find("level=warn") != std::string::npos);
  CHECK(added.log.find("root alone") != std::string::npos);
  CHECK(readers_of(node, {"c1"}) == std::set<gid_t>{0});
  CHECK(node.failures() == 0);
  make_succeeding(add_call(pod.netns));
  CHECK(readers_of(node, {"c1"}) == std::set<gid_t>{kPodmeterGroup});
  REQUIRE(run_of(add_call(pod.netns)).first(hide_groups).finish().status == 0);
  CHECK(readers_of(node, {"c1"}) == std::set<gid_t>{kPodmeterGroup});
}

TEST_CASE("twenty pods at once come and go without an error or a trace") {
  const std::string attach = GENERATE("tcx", "clsact");
  constexpr std::size_t kPods = 20;
  const Node node;
  std::vector<Pod> pods;
  for (std::size_t i = 0; i < kPods; i++)
    pods.push_back(make_pod());
  const auto at_once = [&](Call (*make_call)(const NetNs&, const std::string&)) {
    std::vector<Running> running;
    for (std::size_t i = 0; i < kPods; i++) {
      const auto call = with(make_call(pods[i].netns, "c" + std::to_string(i)),
                             {{"attach", attach}, {"failurePolicy", "closed"}, {"endedRetention", "0s"}});
      running.push_back(must(run_of(call).start()));
    }
    for (auto& one : running) {
      const auto finished = one.wait();
      INFO(finished.output << finished.log);
      CHECK(finished.status == 0);
    }
  };
  at_once(add_call);
  CHECK(shown_meters().size() == kPods);
  for (const auto& pod : pods)
    CHECK(attached_programs(pod.netns).size() == 2);
  at_once(del_call);
  for (const auto& pod : pods)
    CHECK(soon_unmetered(pod.netns));
  make_succeeding(with(del_call(pods[0].netns), {{"endedRetention", "0s"}}));
  CHECK(node.pins().empty());
  CHECK(node.failures() == 0);
}

TEST_CASE("one pod added many times at once has one meter") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  std::vector<Running> running;
  for (int i = 0; i < 8; i++)
    running.push_back(must(run_of(with(add_call(pod.netns), {{"attach", attach}})).start()));
  for (auto& one : running)
    CHECK(one.wait().status == 0);
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
  CHECK(shown_meters().size() == 1);
  make_succeeding(with(check_call(pod.netns), {{"attach", attach}}));
}

}  // namespace podmeter::tests
