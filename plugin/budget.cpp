// SPDX-License-Identifier: Apache-2.0
#include "plugin/budget.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <string>

#include "bpf/fd.hpp"

namespace podmeter {
namespace {

using Clock = std::chrono::steady_clock;

// What the child says: its reason, then its error's text; kDone alone where all went well.
constexpr char kDone = 127;

Failure died(const std::string& how) {
  return {FailureReason::kInternal, {how}};
}

std::string report_of(const std::function<Metered()>& step) {
  try {
    const Metered result = step();
    return result ? std::string(1, kDone) : static_cast<char>(result.error().reason) + result.error().error.text;
  } catch (const std::exception& e) {
    return static_cast<char>(FailureReason::kInternal) + std::string(e.what());
  }
}

[[noreturn]] void run_child(int out, const std::function<Metered()>& step) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a runtime that gives up on the plugin gives up on this too
  const std::string report = report_of(step);
  const bool told = ::write(out, report.data(), report.size()) == static_cast<ssize_t>(report.size());
  ::_exit(told ? 0 : 1);
}

// Everything up to the child's end; false where the time is over before.
bool read_report(int in, Clock::time_point deadline, std::string& report) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{in, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready == 0)
      return false;
    std::array<char, 4096> block{};
    const ssize_t size = ready < 0 ? -1 : ::read(in, block.data(), block.size());
    if (size == 0)
      return true;
    if (size < 0 && errno != EINTR)
      return true;
    if (size > 0)
      report.append(block.data(), static_cast<std::size_t>(size));
  }
}

Metered metered_of(const std::string& report) {
  if (report.empty())
    return died("the metering process died without a word");
  if (report.front() == kDone)
    return {};
  return Failure{static_cast<FailureReason>(report.front()), {report.substr(1)}};
}

}  // namespace

Metered within_budget(std::chrono::milliseconds budget, const std::function<Metered()>& step) {
  const auto deadline = Clock::now() + budget;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return Failure{FailureReason::kInternal, system_error("make a pipe for the metering process")};
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t child = ::fork();
  if (child < 0)
    return Failure{FailureReason::kInternal, system_error("start the metering process")};
  if (child == 0)
    run_child(out.get(), step);
  out = Fd();
  std::string report;
  if (!read_report(in.get(), deadline, report)) {
    ::kill(child, SIGKILL);
    return Failure{FailureReason::kTimeout, {"gave up after " + std::to_string(budget.count()) + " ms"}};
  }
  ::waitpid(child, nullptr, 0);
  return metered_of(report);
}

}  // namespace podmeter
