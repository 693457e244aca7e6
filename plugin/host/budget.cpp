// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/budget.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace podmeter {
namespace {

constexpr std::chrono::milliseconds kAgain{250};

// The state that the signal handlers use.
struct LastReply {
  const char* text = nullptr;
  std::size_t size = 0;
  int status = 0;
  int alarms_left = 0;
};
LastReply last_reply;                   // NOLINT: a signal handler reaches its state by globals alone
volatile sig_atomic_t alarms_seen = 0;  // NOLINT: as above

// Handles SIGABRT too: a process that can't return from a pod's namespace aborts, and the pod must start all the same.
// If the write blocks because nobody reads stdout, the next alarm comes here again and exits.
void reply_and_exit(int /*signal*/) {
  static volatile sig_atomic_t replied = 0;
  if (replied == 0) {
    replied = 1;
    [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, last_reply.text, last_reply.size);
  }
  ::_exit(last_reply.status);
}

void on_alarm(int signal) {
  alarms_seen = alarms_seen + 1;
  if (alarms_seen > last_reply.alarms_left)
    reply_and_exit(signal);
}

timeval as_timeval(std::chrono::milliseconds time) {
  return {time.count() / 1000, time.count() % 1000 * 1000};
}

// Without SA_RESTART an interrupted system call fails with EINTR. With SA_NODEFER an alarm interrupts a handler too.
void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_NODEFER;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Budget::Budget(std::chrono::milliseconds budget, std::string reply, int status) : reply_(std::move(reply)) {
  alarms_seen = 0;
  last_reply = {reply_.data(), reply_.size(), status, static_cast<int>(budget / kAgain) + 1};
  handle(SIGABRT, reply_and_exit);
  handle(SIGALRM, on_alarm);
  const itimerval timer{as_timeval(kAgain), as_timeval(budget)};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

Budget::~Budget() {
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  handle(SIGALRM, SIG_DFL);
  handle(SIGABRT, SIG_DFL);
}

bool Budget::is_spent() const {
  return alarms_seen > 0;
}

}  // namespace podmeter
