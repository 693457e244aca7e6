// SPDX-License-Identifier: Apache-2.0
// STATUS finds out by trying whether pods can be metered here, and mounts and makes nothing.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "bpf/base/directory.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/mount_namespaces.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/refused_calls.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

bool refuse_loading() {
  return refuse_bpf(BPF_PROG_LOAD, EPERM);
}

Reply make_with(const std::function<bool()>& step, const Call& call) {
  return {run_of(call).first(step).finish()};
}

void expect_unavailable(const Reply& reply, const std::string& named) {
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.finished.status == 1);
  CHECK(reply.code() == 50);
  CHECK(reply.message().find(named) != std::string::npos);
}

void expect_available(const Reply& reply) {
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.ok());
  CHECK(reply.finished.output.empty());
}

// The pod's namespace under a path that no /proc of another process namespace takes away.
constexpr char kKept[] = "/proc/self/fd/9";

bool keep(const Pod& pod) {
  constexpr int kNumber = 9;
  return ::dup2(::open(pod.netns.path().c_str(), O_RDONLY), kNumber) == kNumber;
}

}  // namespace

TEST_CASE("STATUS is silent where pods can be metered, and makes no tree") {
  const std::string attach = GENERATE("auto", "tcx", "clsact"), policy = GENERATE("open", "closed");
  const Node node;
  const auto reply = make_succeeding(with(status_call(), {{"attach", attach}, {"failurePolicy", policy}}));
  CHECK(reply.finished.log.empty());
  CHECK_FALSE(exists(node.tree().root()));
}

TEST_CASE("STATUS says 50 where a capability is missing, under closed") {
  const auto capability = GENERATE(CAP_SYS_ADMIN, CAP_NET_ADMIN);
  const std::string name = capability == CAP_SYS_ADMIN ? "CAP_SYS_ADMIN" : "CAP_NET_ADMIN";
  const Node node;
  const auto drop = [&] { return ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; };
  expect_unavailable(make_with(drop, closed(status_call())), name);
  const auto open = make_with(drop, status_call());
  expect_available(open);
  CHECK(open.finished.log.find(name) != std::string::npos);
}

TEST_CASE("STATUS fails with code 50 where the pin root isn't on a BPF filesystem, under closed") {
  const auto call = with(status_call(), {{"pinRoot", "/run/podmeter"}});
  expect_unavailable(make(closed(call)), "/run/podmeter");
  make_succeeding(call);
  CHECK_FALSE(exists("/run/podmeter"));
}

TEST_CASE("STATUS fails where a part of the tree is not one that ADD can write to, under closed") {
  const Node node;
  make_succeeding(add_call(make_pod().netns));
  REQUIRE(::rmdir(node.tree().making_dir().c_str()) == 0);
  REQUIRE(::symlink("/dev/null", node.tree().making_dir().c_str()) == 0);
  expect_unavailable(make(closed(status_call())), node.tree().making_dir());
}

TEST_CASE("STATUS fails where the kernel refuses what ADD does, under closed") {
  struct Row {
    const char* attach;
    std::uint32_t command;
    int error;
    const char* named;
  };
  const auto& row =
      GENERATE(values<Row>({{"auto", BPF_PROG_LOAD, EPERM, "load the meter's programs"},
                            {"clsact", BPF_PROG_LOAD, EPERM, "load the meter's programs"},
                            {"tcx", BPF_LINK_CREATE, EPERM, "Operation not permitted (likely the seccomp filter"},
                            {"tcx", BPF_PROG_QUERY, EINVAL, "this kernel has no tcx"}}));
  INFO(row.attach << ' ' << row.command);
  const Node node;
  const auto refuse = [&] { return refuse_bpf(row.command, row.error); };
  const auto call = with(status_call(), {{"attach", row.attach}});
  expect_unavailable(make_with(refuse, closed(call)), row.named);
  expect_available(make_with(refuse, call));
}

TEST_CASE("STATUS is not kept from answering where there can be no network namespace to try in") {
  const Node node;
  expect_available(make_with([] { return refuse_call(SYS_unshare, EPERM); }, closed(status_call())));
  expect_available(make_with([] { return refuse_call(SYS_fsopen, ENOSYS); }, closed(status_call())));
}

TEST_CASE("a STATUS that found all well is good for a minute, in which none loads a program") {
  const Node node;
  make_succeeding(add_call(make_pod().netns));  // makes the tree
  const auto pins = node.pins();
  const auto call = closed(status_call());
  make_succeeding(call);
  expect_available(make_with(refuse_loading, call));
  expect_unavailable(make_with(refuse_loading, with(call, {{"attach", "clsact"}})), "load");  // was not tried
  expect_available(make_with(refuse_loading, call));
  REQUIRE(::unlink(node.tree().health_tried().c_str()) == 0);
  expect_unavailable(make_with(refuse_loading, call), "load");
  expect_unavailable(make_with(refuse_loading, call), "load");
  make_succeeding(call);
  CHECK(node.pins() == pins);
}

TEST_CASE("where no bpffs is mounted on its usual place, ADD mounts one there, and STATUS doesn't") {
  const Node node;
  const auto pod = make_pod();
  // Without a mount the tree could not be made: sysfs takes no directories.
  const auto call = closed(with_variable(add_call(pod.netns), "CNI_NETNS", kKept));
  const auto enter = [&] { return keep(pod) && enter_node_without_bpffs(); };
  const Reply added = make_with(enter, call);
  INFO(added.finished.output << added.finished.log);
  CHECK(added.ok());
  const auto refuse_to_mount = [&] { return enter() && refuse_call(SYS_mount, EPERM); };
  CHECK_FALSE(make_with(refuse_to_mount, call).ok());
  expect_available(make_with(refuse_to_mount, closed(status_call())));
  CHECK(node.pins().empty());  // it was mounted there alone
}

TEST_CASE("where it can't be asked which filesystem there is, no bpffs is mounted over it") {
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto reply = make_with([] { return refuse_call(SYS_statfs, ENOMEM); }, closed(add_call(pod.netns, "c2")));
  INFO(reply.finished.log);
  CHECK(reply.code() == 100);
  CHECK(reply.message().find("which filesystem") != std::string::npos);
  shown_meter("c1", "live");
}

TEST_CASE("in a mount namespace that is not the node's no bpffs is mounted, and the failure says so") {
  const std::string named = "mount namespace, which is not the node's";
  const Node node;
  const auto pod = make_pod();
  const auto open = make_with(enter_namespace_without_bpffs, add_call(pod.netns));
  INFO(open.finished.log);
  CHECK(open.ok());
  CHECK(nlohmann::json(open.json()) == nlohmann::json(add_call(pod.netns).network.at("prevResult")));
  CHECK(open.finished.log.find(named) != std::string::npos);
  const auto refused = make_with(enter_namespace_without_bpffs, closed(add_call(pod.netns)));
  CHECK(refused.code() == 100);
  CHECK(refused.message().find(named) != std::string::npos);
  expect_unavailable(make_with(enter_namespace_without_bpffs, closed(status_call())), named);
  const auto del = make_with(enter_namespace_without_bpffs, del_call(pod.netns));
  CHECK(del.ok());
  CHECK(del.finished.log.empty());
  CHECK(attached_programs(pod.netns).empty());
}

}  // namespace podmeter::tests
