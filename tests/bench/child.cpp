// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/child.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>

#include "tests/bench/numbers.hpp"

namespace podmeter::bench {
namespace {

// Files rather than pipes: neither side ever waits for the other.
Result<Fd> memory_file(const std::string& content) {
  Fd fd(::memfd_create("podmeter-bench", MFD_CLOEXEC));
  if (!fd.valid() || ::pwrite(fd.get(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size()))
    return system_error("make a file in memory");
  return fd;
}

std::string content_of(const Fd& fd) {
  std::string text;
  char block[65536];
  ssize_t size = 0;
  while ((size = ::pread(fd.get(), block, sizeof(block), static_cast<off_t>(text.size()))) > 0)
    text.append(block, static_cast<std::size_t>(size));
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (auto& text : strings)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// The process's ID.
Result<pid_t> spawn(Command command, int input, int output, int errors) {
  if (const char* path = std::getenv("PATH"))
    command.environment.push_back(std::string("PATH=") + path);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, command.arguments.front().c_str(), &actions, nullptr,
                                    pointers(command.arguments).data(), pointers(command.environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return system_error("start '" + command.arguments.front() + "'", failed);
  return pid;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

Result<Child> Child::start(const Command& command) {
  const auto input = memory_file(command.input);
  auto output = memory_file("");
  auto errors = memory_file("");
  for (const auto* file : {&input, static_cast<const Result<Fd>*>(&output), static_cast<const Result<Fd>*>(&errors)})
    if (!*file)
      return file->error();
  Child child(std::move(*output), std::move(*errors));
  child.started_ns_ = now_ns();
  const auto pid = spawn(command, input->get(), child.output_.get(), child.errors_.get());
  if (!pid)
    return pid.error();
  child.pid_ = *pid;
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      started_ns_(other.started_ns_),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)) {}

Child::~Child() {
  if (pid_ < 0)
    return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Result<Ended> Child::wait() {
  int status = 0;
  rusage usage{};
  if (::wait4(pid_, &status, 0, &usage) != pid_)
    return system_error("wait for process " + std::to_string(pid_));
  const double wall_ms = static_cast<double>(now_ns() - started_ns_) / 1e6;
  pid_ = -1;
  return Ended{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content_of(output_),
               content_of(errors_), wall_ms, milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)};
}

Result<Ended> run(const Command& command) {
  auto child = Child::start(command);
  if (!child)
    return child.error();
  auto ended = child->wait();
  if (ended && ended->status != 0)
    return Error{"'" + command.arguments.front() + "' ended with status " + std::to_string(ended->status) + ": " +
                 ended->output + ended->errors};
  return ended;
}

}  // namespace podmeter::bench
