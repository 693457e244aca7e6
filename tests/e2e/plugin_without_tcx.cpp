// SPDX-License-Identifier: Apache-2.0
// A kernel without tcx, as older ones are: it knows neither the attach types' chains nor such links.
#include <linux/bpf.h>

#include <cerrno>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/refused_calls.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

bool without_tcx() {
  return refuse_bpf(BPF_PROG_QUERY, EINVAL) && refuse_bpf(BPF_LINK_CREATE, EINVAL);
}

}  // namespace

TEST_CASE("on a kernel without tcx, auto meters by clsact, and CHECK and DEL do their work") {
  const Node node;
  const auto pod = make_pod();
  const auto make_there = [](const Call& call) {
    const Reply reply{run_of(call).first(without_tcx).finish()};
    INFO(reply.finished.output << reply.finished.log);
    CHECK(reply.ok());
  };
  make_there(with(add_call(pod.netns), {{"failurePolicy", "closed"}}));
  CHECK(shown_meter().text("attach") == "clsact");
  CHECK(attached_programs(pod.netns) == pinned_programs(node.live()));
  make_there(check_call(pod.netns));
  make_there(del_call(pod.netns));
  CHECK(attached_programs(pod.netns).empty());
  CHECK(node.failures() == 0);
}

TEST_CASE("on a kernel without tcx, a configuration that wants it is told what to use") {
  const Node node;
  const auto pod = make_pod();
  const auto call = with(add_call(pod.netns), {{"attach", "tcx"}, {"failurePolicy", "closed"}});
  const Reply reply{run_of(call).first(without_tcx).finish()};
  CHECK(reply.finished.status == 1);
  CHECK(reply.message().find(R"(this kernel has no tcx (Linux 6.6, RHEL 9.4): use attach "clsact" or "auto")") !=
        std::string::npos);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kAttach) == 1);
  CHECK(attached_programs(pod.netns).empty());
  CHECK(node.pins().empty());
}

}  // namespace podmeter::tests
