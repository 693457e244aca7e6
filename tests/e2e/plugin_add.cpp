// SPDX-License-Identifier: Apache-2.0
// ADD that goes well: one meter for an attachment, whole when the call returns.
#include <unistd.h>

#include "tests/checks/counted.hpp"
#include "tests/checks/datagrams.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

Call of_attach(Call call, const std::string& attach) {
  return with(std::move(call), {{"attach", attach}});
}

}  // namespace

TEST_CASE("ADD puts one program in each direction on the pod's interface, and nothing else") {
  const std::string attach = GENERATE("tcx", "clsact", "auto");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(of_attach(add_call(pod.netns), attach));
  const auto attached = attached_programs(pod.netns);
  CHECK(attached.size() == 2);
  CHECK(attached == pinned_programs(node.live()));
  CHECK(node.failures() == 0);
  std::vector<std::string> wanted = {"meters/c1+eth0"};
  for (const char* part : {"counters", "egress_link", "egress_program", "identity", "ingress_link", "ingress_program"})
    if (attach != "clsact" || std::string(part).find("link") == std::string::npos)
      wanted.push_back(std::string("meters/c1+eth0/") + part);
  CHECK(node.pins().size() == wanted.size());
}

TEST_CASE("ADD twice is one meter that counts every packet once") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(of_attach(add_call(pod.netns), attach));
  const auto first = attached_programs(pod.netns);
  const auto meter = shown_meter().text("meter");
  send_datagrams(pod, 3);
  make_succeeding(of_attach(add_call(pod.netns), attach));
  CHECK(attached_programs(pod.netns) == first);
  CHECK(shown_meter().text("meter") == meter);
  CHECK(shown_meters().size() == 1);
  send_datagrams(pod, 4);
  CHECK(same(shown_meter().counters, datagrams_counted(7)));
}

TEST_CASE("a container that comes back in another namespace gets a new meter and the old one ends") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto before = make_pod();
  make_succeeding(of_attach(add_call(before.netns), attach));
  send_datagrams(before, 5);
  const auto after = make_pod();
  REQUIRE(before.ifindex() == after.ifindex());  // a number that says nothing: the namespace must tell
  make_succeeding(of_attach(add_call(after.netns), attach));
  send_datagrams(after, 2);
  CHECK(same(shown_meter("c1", "ended").counters, datagrams_counted(5)));
  CHECK(same(shown_meter("c1", "live").counters, datagrams_counted(2)));
  CHECK(shown_meter("c1", "ended").text("meter") != shown_meter("c1", "live").text("meter"));
  CHECK(attached_programs(after.netns) == pinned_programs(node.live()));
}

TEST_CASE("a meter of which a part is missing is replaced by a whole one at the next ADD") {
  const std::string part = GENERATE("egress", "ingress");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  send_datagrams(pod, 5);
  REQUIRE(::unlink(node.live().link(part == "egress" ? PM_EGRESS : PM_INGRESS).c_str()) == 0);
  make_succeeding(add_call(pod.netns));
  send_datagrams(pod, 2);
  CHECK(same(shown_meter("c1", "ended").counters, datagrams_counted(5)));
  CHECK(same(shown_meter("c1", "live").counters, datagrams_counted(2)));
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
  make_succeeding(check_call(pod.netns));
}

TEST_CASE("two interfaces of one container are two meters") {
  const Node node;
  const auto pod = make_pod();
  must(make_veth({&pod.netns, "net1", {"192.0.2.1/24"}}, {&pod.host, "pod1", {"192.0.2.2/24"}}));
  make_succeeding(add_call(pod.netns));
  make_succeeding(with_variable(add_call(pod.netns), "CNI_IFNAME", "net1"));
  CHECK(shown_meters().size() == 2);
  send_datagrams(pod, 3);
  CHECK(same(shown_meter().counters, datagrams_counted(3)));
  make_succeeding(with_variable(del_call(pod.netns), "CNI_IFNAME", "net1"));
  CHECK(soon_unmetered(pod.netns, "net1"));
  CHECK(attached_programs(pod.netns, "eth0").size() == 2);
}

TEST_CASE("names that bpffs does not take are metered like any other") {
  const Node node;
  const auto pod = make_pod();
  must(make_veth({&pod.netns, "eth0.100", {}}, {&pod.host, "pod1", {}}));
  const auto call = with_variable(add_call(pod.netns, "a.b_c-D.9"), "CNI_IFNAME", "eth0.100");
  make_succeeding(call);
  CHECK(attached_programs(pod.netns, "eth0.100") == pinned_programs(node.live("a.b_c-D.9", "eth0.100")));
  const auto meters = shown_meters();
  REQUIRE(meters.size() == 1);
  CHECK(meters.front().text("container_id") == "a.b_c-D.9");
  CHECK(meters.front().text("interface") == "eth0.100");
}

}  // namespace podmeter::tests
