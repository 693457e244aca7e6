// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/stuck_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace podmeter::tests {

Result<StuckProcess> StuckProcess::start(const std::function<bool()>& step) {
  const pid_t pid = ::fork();
  if (pid < 0)
    return system_error("start a process");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (step())
      ::raise(SIGSTOP);
    ::_exit(1);
  }
  StuckProcess process(pid);
  int status = 0;
  if (::waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) {
    process.pid_ = 0;
    return Error{"a process could not take its step"};
  }
  return process;
}

Result<StuckProcess> StuckProcess::lock(const std::string& directory) {
  return start([&] {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
    return fd >= 0 && ::flock(fd, LOCK_EX) == 0;
  });
}

StuckProcess::StuckProcess(StuckProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

StuckProcess::~StuckProcess() {
  kill();
}

void StuckProcess::kill() {
  if (pid_ == 0)
    return;
  ::kill(pid_, SIGKILL);
  ::waitpid(std::exchange(pid_, 0), nullptr, 0);
}

}  // namespace podmeter::tests
