// SPDX-License-Identifier: Apache-2.0
// A pod waits for nothing that others hold or send. A call that takes 30 seconds is killed, and its test fails.
#include <fcntl.h>
#include <sys/file.h>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/mount_namespaces.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; i++)
    fields += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"\"";
  return '{' + fields + '}';
}

}  // namespace

TEST_CASE("a pod with hundreds of thousands of annotations is metered as any other") {
  const Node node;
  const auto pod = make_pod();
  auto call = add_call(pod.netns);
  const std::string plain = call.network.dump();
  const std::string input = plain.substr(0, plain.size() - 1) +
                            ",\"runtimeConfig\":{\"io.kubernetes.cri.pod-annotations\":" + many_fields(400'000) + "}}";
  const auto ran = Run(PODMETER_BINARY).environment(call.environment).input(input).finish();
  CHECK(ran.status == 0);
  shown_meter("c1", "live");
}

TEST_CASE("a lock that somebody holds where bpffs is to be mounted keeps no pod from starting") {
  const auto pod = make_pod();
  const auto hold = [] {
    if (!enter_node_without_bpffs())
      return false;
    // Kept open past exec: the program itself holds it, as another descriptor than its own, which excludes it all the
    // same.
    const int directory = ::open("/sys/fs/bpf", O_RDONLY | O_DIRECTORY);
    return directory >= 0 && ::flock(directory, LOCK_EX) == 0;
  };
  const auto call = add_call(pod.netns);
  const Reply reply{run_of(call).first(hold).finish()};
  INFO(reply.finished.log);
  CHECK(reply.ok());
  CHECK(nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult")));
  CHECK(reply.finished.log.find("lock '/sys/fs/bpf'") != std::string::npos);
}

TEST_CASE("an interface whose name is no text blinds nobody") {
  const Node node;
  const auto pod = make_pod();
  const std::string name = "e\xff\xfe";
  ip(pod.netns, "link set eth0 down\nlink set eth0 name " + name + "\nlink set " + name + " up\n");
  make_succeeding(with_variable(add_call(pod.netns), "CNI_IFNAME", name));
  const auto meters = shown_meters();
  REQUIRE(meters.size() == 1);
  CHECK(meters[0].text("interface") == "e\xef\xbf\xbd\xef\xbf\xbd");
  make_succeeding(with_variable(del_call(pod.netns), "CNI_IFNAME", name));
}

TEST_CASE("DEL minds no arguments: an error would keep the other plugins from cleaning up") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  make_succeeding(with_variable(del_call(pod.netns), "CNI_ARGS", "junk"));
  shown_meter("c1", "ended");
}

}  // namespace podmeter::tests
