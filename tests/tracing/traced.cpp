// SPDX-License-Identifier: Apache-2.0
#include "tests/tracing/traced.hpp"

#include <linux/bpf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>

#include "tests/support/must.hpp"
#include "tests/tracing/registers.hpp"

namespace podmeter::tests {
namespace {

using StopInfo = __ptrace_syscall_info;

bool makes_object(const SystemCall& call) {
  const auto command = call.arguments[0];
  return call.number == SYS_bpf && (command == BPF_MAP_CREATE || command == BPF_PROG_LOAD ||
                                    command == BPF_LINK_CREATE || command == BPF_BTF_LOAD);
}

class Tracer {
 public:
  Tracer(pid_t process, const std::optional<Fault>& fault, Traced& traced)
      : process_(process), fault_(fault), traced_(traced) {}

  // Until the process has ended, and can be awaited.
  void follow() {
    while (stops()) {
      int status = 0;
      ::waitpid(process_, &status, 0);
      ::ptrace(PTRACE_SYSCALL, process_, nullptr, stopped_by(WSTOPSIG(status)));
    }
  }

 private:
  [[nodiscard]] bool stops() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WSTOPPED | WNOWAIT) == 0 &&
           (info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED);
  }

  // The signal to go on with. The first stop is exec's.
  long stopped_by(int signal) {
    constexpr int kCall = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
    if (!is_traced_) {
      ::ptrace(PTRACE_SETOPTIONS, process_, nullptr, long{PTRACE_O_TRACESYSGOOD} | PTRACE_O_EXITKILL);
      is_traced_ = true;
      return 0;
    }
    if (signal != kCall)
      return signal;
    StopInfo info{};
    ::ptrace(static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO), process_, sizeof(info), &info);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
      enters(info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
      leaves(info);
    return 0;
  }

  void enters(const StopInfo& info) {
    SystemCall call{info.entry.nr};
    std::copy(std::begin(info.entry.args), std::end(info.entry.args), call.arguments.begin());
    traced_.calls.push_back(call);
    if (!goes_wrong() || !can_fail())
      return;
    skip_call(process_);
    if (fault_->error == 0)
      ::kill(process_, SIGKILL);
  }

  void leaves(const StopInfo& info) {
    if (goes_wrong() && can_fail())
      return set_result(process_, -fault_->error);
    if (info.exit.is_error || traced_.calls.empty() || !makes_object(traced_.calls.back()))
      return;
    if (const auto object = object_behind(process_, static_cast<int>(info.exit.rval)); object)
      traced_.made.insert(*object);
  }

  // brk(2) has no errors: it tells where the break is; glibc's malloc aborts where that stands still. A process can be
  // killed at any call.
  [[nodiscard]] bool can_fail() const { return fault_->error == 0 || traced_.calls.back().number != SYS_brk; }

  // True if the call that was entered last is the one that is to go wrong.
  [[nodiscard]] bool goes_wrong() const { return fault_ && traced_.calls.size() == fault_->call + 1; }

  pid_t process_;
  const std::optional<Fault>& fault_;
  Traced& traced_;
  bool is_traced_ = false;
};

}  // namespace

Traced run_traced(const Run& run, const std::optional<Fault>& fault) {
  Run traced_run = run;
  traced_run.first([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; });
  auto running = must(traced_run.start());
  Traced traced;
  Tracer(running.process(), fault, traced).follow();
  traced.finished = running.wait();
  INFO("the program has not run: " << traced.finished.log);
  REQUIRE_FALSE(traced.calls.empty());
  return traced;
}

std::string text_of(const Fault& fault) {
  const std::string call = "call " + std::to_string(fault.call);
  return fault.error == 0 ? "killed at " + call : call + " fails: " + system_error("injected", fault.error).text;
}

}  // namespace podmeter::tests
