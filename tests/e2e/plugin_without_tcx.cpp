// SPDX-License-Identifier: Apache-2.0
// A kernel without tcx, as older ones are: it knows neither the attach types' chains nor such links.
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

// bpf(2) then answers EINVAL to BPF_PROG_QUERY and BPF_LINK_CREATE.
bool without_tcx() {
  constexpr auto kNumber = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  constexpr auto kCommand = static_cast<std::uint32_t>(offsetof(seccomp_data, args));  // little-endian: its lower half
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kCommand),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_PROG_QUERY, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_LINK_CREATE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
  };
  const sock_fprog program{std::size(filter), filter};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
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
