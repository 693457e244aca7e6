// SPDX-License-Identifier: Apache-2.0
// ADD that fails, at each of its steps: nothing is left behind, and the failure policy decides what the runtime hears.
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <optional>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/full_tcx_chain.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

// The pins and programs, the same before and after an ADD that leaves nothing behind.
struct Traces {
  std::vector<std::string> pins;
  std::vector<std::uint32_t> programs;

  bool operator==(const Traces&) const = default;
};

Traces traces_of(const Node& node, const Pod& pod) {
  return {node.pins(), attached_programs(pod.netns)};
}

// The call fails for that reason under either policy.
void expect_broken(const Node& node, const Pod& pod, const Call& call, FailureReason reason) {
  const auto before = traces_of(node, pod);
  make_succeeding(with(call, {{"failurePolicy", "open"}}));
  CHECK(node.failures(FailureCommand::kAdd, reason) == 1);
  CHECK(soon([&] { return traces_of(node, pod) == before; }));
  make_failing(with(call, {{"failurePolicy", "closed"}}), 100);
  CHECK(node.failures(FailureCommand::kAdd, reason) == 2);
  CHECK(node.failures() == 2);
  CHECK(soon([&] { return traces_of(node, pod) == before; }));
}

}  // namespace

TEST_CASE("ADD for an interface that isn't there leaves nothing behind") {
  const Node node;
  const auto pod = make_pod();
  expect_broken(node, pod, with_variable(add_call(pod.netns), "CNI_IFNAME", "eth7"), FailureReason::kInterface);
}

TEST_CASE("ADD for a namespace that is none, or the node's own, leaves nothing behind") {
  const std::string netns = GENERATE("/run/missing", "/run/file", "/run/fifo", "/run", "/dev/null", "/proc/self/ns/net",
                                     "/proc/self/ns/mnt", "/run/file/below");
  std::ofstream("/run/file") << "no namespace\n";
  ::mkfifo("/run/fifo", 0600);
  const Node node;
  INFO(netns);
  const auto pod = make_pod();
  expect_broken(node, pod, with_variable(add_call(pod.netns), "CNI_NETNS", netns), FailureReason::kNetns);
}

TEST_CASE("ADD whose second direction can't be attached detaches the first") {
  const std::string attach = GENERATE("tcx", "auto", "clsact");
  INFO(attach);
  const Node node;
  const auto pod = make_pod();
  std::optional<FullTcxChain> full_chain;
  if (attach == "clsact")
    tc(pod.netns, "qdisc add dev eth0 clsact\nfilter add dev eth0 ingress prio 1 protocol ip u32 match u32 0 0\n");
  else
    full_chain.emplace(pod);
  expect_broken(node, pod, with(add_call(pod.netns), {{"attach", attach}}), FailureReason::kAttach);
}

TEST_CASE("a pin root outside a BPF filesystem is a failure that only the log can tell") {
  const std::string root = GENERATE("/run/podmeter", "/run/file/podmeter", "/proc/podmeter");
  const Node node;
  const auto pod = make_pod();
  const auto call = with(add_call(pod.netns), {{"pinRoot", root}});
  const auto reply = make_succeeding(call);
  CHECK(reply.finished.log.find(root) != std::string::npos);
  CHECK(make_failing(with(call, {{"failurePolicy", "closed"}}), 100).message().find(root) != std::string::npos);
  CHECK(soon_unmetered(pod.netns));
  CHECK(node.pins().empty());
}

TEST_CASE("a process that may not load programs leaves nothing behind") {
  const std::string policy = GENERATE("open", "closed");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with_variable(add_call(pod.netns), "CNI_NETNS", "/run/missing"));  // makes the tree
  const auto before = node.pins();
  // Root in a user namespace of its own, with a network namespace there: it may do all but load.
  const auto enter = [] {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
      return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 0 1";
    std::ofstream("/proc/self/gid_map") << "0 0 1";
    return ::dup2(::open("/proc/self/ns/net", O_RDONLY), 9) == 9 && ::unshare(CLONE_NEWNET) == 0;
  };
  auto call = with(add_call(pod.netns), {{"failurePolicy", policy}, {"group", "0"}});
  call = with_variable(with_variable(call, "CNI_NETNS", "/proc/self/fd/9"), "CNI_IFNAME", "lo");
  const Reply reply{run_of(call).first(enter).finish()};
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.finished.status == (policy == "open" ? 0 : 1));
  // Under `closed` it gets no further than to the scopes, which it can't see either.
  const bool is_open = policy == "open";
  CHECK(reply.finished.log.find(is_open ? "load the meter's programs" : "of the scope table") != std::string::npos);
  if (is_open)
    CHECK(reply.finished.log.find("likely the user namespace") != std::string::npos);
  CHECK(node.failures(FailureCommand::kAdd, is_open ? FailureReason::kLoad : FailureReason::kBpffs) == 1);
  CHECK(soon([&] { return node.pins() == before; }));
}

TEST_CASE("whichever descriptor can't be had, ADD leaves a whole meter or nothing") {
  const std::string attach = GENERATE("tcx", "clsact");
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with_variable(add_call(pod.netns), "CNI_NETNS", "/run/missing"));  // makes the tree
  const auto before = traces_of(node, pod);
  int broken = 0;
  for (rlim_t descriptors = 3; descriptors < 40; descriptors++) {
    INFO(descriptors << " descriptors");
    const auto few = [&] {
      const rlimit limit{descriptors, descriptors};
      return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
    };
    const auto call = with(add_call(pod.netns), {{"attach", attach}, {"failurePolicy", "closed"}});
    const Reply reply{run_of(call).first(few).finish()};
    if (reply.ok()) {
      CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
      break;
    }
    broken++;
    INFO(reply.finished.output);
    CHECK(reply.finished.status == 1);
    CHECK(soon([&] { return traces_of(node, pod) == before; }));
  }
  CHECK(broken >= 4);
  CHECK(attached_programs(pod.netns).size() == 2);
}

}  // namespace podmeter::tests
