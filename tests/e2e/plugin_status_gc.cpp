// SPDX-License-Identifier: Apache-2.0
// STATUS tells whether pods can be metered here; GC ends what its network doesn't know any more.
#include <linux/capability.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

// In a mount namespace of the program's own, /sys/fs/bpf is an empty directory: neither these tests' bpffs is there,
// nor what the machine has below it.
bool without_bpffs() {
  if (::unshare(CLONE_NEWNS) != 0)
    return false;
  while (::umount("/sys/fs/bpf") == 0) {
  }
  struct statfs status {};
  return ::statfs("/sys/fs/bpf", &status) == 0 && status.f_type != BPF_FS_MAGIC;
}

}  // namespace

TEST_CASE("STATUS is silent where pods can be metered") {
  const Node node;
  make_succeeding(status_call());
  CHECK(node.pins().empty());
  CHECK(node.failures() == 0);
}

TEST_CASE("STATUS says 50 where a capability is missing") {
  const auto capability = GENERATE(CAP_SYS_ADMIN, CAP_NET_ADMIN);
  const Node node;
  const auto drop = [&] { return ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; };
  const Reply reply{run_of(status_call()).first(drop).finish()};
  INFO(reply.finished.output);
  CHECK(reply.finished.status == 1);
  CHECK(reply.code() == 50);
  CHECK(reply.message().find(capability == CAP_SYS_ADMIN ? "CAP_SYS_ADMIN" : "CAP_NET_ADMIN") != std::string::npos);
}

TEST_CASE("STATUS fails with code 50 where the pin root isn't on a BPF filesystem") {
  const auto reply = make_failing(with(status_call(), {{"pinRoot", "/run/podmeter"}}), 50);
  CHECK(reply.message().find("/run/podmeter") != std::string::npos);
  CHECK_FALSE(exists("/run/podmeter"));
}

TEST_CASE("where no bpffs is mounted on its usual place, one is") {
  const Node node;
  const auto pod = make_pod();
  const auto call = GENERATE_REF(status_call(), add_call(pod.netns));
  // Without a mount the tree could not be made: sysfs takes no directories.
  const Reply reply{run_of(with(call, {{"failurePolicy", "closed"}})).first(without_bpffs).finish()};
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.ok());
  CHECK(node.pins().empty());  // it was mounted there alone
}

TEST_CASE("GC ends what is not among the valid attachments, and only of its own network") {
  const Node node;
  const Pod pods[] = {make_pod(), make_pod(), make_pod()};
  make_succeeding(add_call(pods[0].netns, "kept"));
  make_succeeding(add_call(pods[1].netns, "unused"));
  make_succeeding(with(add_call(pods[2].netns, "others"), {{"name", "another-network"}}));
  make_succeeding(gc_call({"kept"}));
  shown_meter("kept", "live");
  shown_meter("unused", "ended");
  shown_meter("others", "live");
  CHECK(attached_programs(pods[0].netns).size() == 2);
  CHECK(soon_unmetered(pods[1].netns));
  CHECK(attached_programs(pods[2].netns).size() == 2);
  make_succeeding(gc_call({}));
  shown_meter("kept", "ended");
  shown_meter("others", "live");
}

TEST_CASE("GC with null for a list, as libcni writes an empty one, ends what there is") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  make_succeeding(with(gc_call({}), {{"cni.dev/valid-attachments", nullptr}}));
  shown_meter("c1", "ended");
}

TEST_CASE("GC removes what an ADD that was killed left unfinished, and nothing that is being made") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));  // makes the tree
  const auto building = must(Staging::open(node.tree(), "building+eth0", 0, detach_links));
  const std::string dead = node.tree().making("dead+eth0").path();
  REQUIRE(::mkdir(dead.c_str(), 0750) == 0);
  make_succeeding(gc_call({"c1"}));
  CHECK_FALSE(exists(dead));
  CHECK(exists(building.dir().path()));
}

TEST_CASE("GC goes on after a failure, and tells each failure once") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto unfinished = [&](const std::string& name) {
    const std::string path = node.tree().making(name + "+eth0").path();
    REQUIRE(::mkdir(path.c_str(), 0750) == 0);
    return path;
  };
  const std::string first = unfinished("a"), second = unfinished("b"), third = unfinished("c");
  for (const auto& failing : {first, third})  // a directory in it can't be unlinked
    REQUIRE(::mkdir((failing + "/stuck").c_str(), 0750) == 0);
  const auto log = make_succeeding(gc_call({})).finished.log;
  INFO(log);
  CHECK_FALSE(exists(second));
  shown_meter("c1", "ended");
  for (const auto& failing : {first, third}) {
    const auto told = log.find(failing + "/stuck");
    CHECK(told != std::string::npos);
    CHECK(log.find(failing + "/stuck", told + 1) == std::string::npos);
    REQUIRE(::rmdir((failing + "/stuck").c_str()) == 0);
  }
}

TEST_CASE("GC without a list of valid attachments is an error that ends nothing") {
  const auto list = GENERATE(ordered_json("c1"), ordered_json::object(), ordered_json(1), ordered_json::array({"c1"}),
                             ordered_json::array({{{"containerID", "c1"}}}),
                             ordered_json({{"a", {{"containerID", "c1"}, {"ifname", "eth0"}}}}));
  const std::string policy = GENERATE("open", "closed");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  auto call = with(gc_call({}), {{"failurePolicy", policy}, {"cni.dev/valid-attachments", list}});
  INFO(list.dump());
  CHECK(make_failing(call, 7).message().find("cni.dev/valid-attachments") != std::string::npos);
  call.network.erase("cni.dev/valid-attachments");
  make_failing(call, 7);
  shown_meter("c1", "live");
}

}  // namespace podmeter::tests
