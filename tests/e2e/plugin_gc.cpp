// SPDX-License-Identifier: Apache-2.0
// GC ends what its network doesn't know any more.
#include <sys/stat.h>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

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
