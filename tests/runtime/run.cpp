// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <chrono>

#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Pipe {
  Fd reader, writer;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return system_error("make a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Reads what is there; at the end closes the descriptor.
void receive(Fd& fd, std::string& text) {
  std::array<char, 65536> block{};
  const ssize_t size = ::read(fd.get(), block.data(), block.size());
  if (size > 0)
    text.append(block.data(), static_cast<std::size_t>(size));
  else
    fd = Fd();
}

}  // namespace

Running::Running(pid_t pid, Fd input, Fd output, Fd log, std::string unsent)
    : pid_(pid),
      input_(std::move(input)),
      output_(std::move(output)),
      log_(std::move(log)),
      unsent_(std::move(unsent)) {
  ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
  send();
}

Running::Running(Running&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)),
      log_(std::move(other.log_)),
      unsent_(std::move(other.unsent_)) {}

Running::~Running() {
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

// As much as fits. A reader that has gone, or has all, is not waited for.
void Running::send() {
  if (!input_.valid())
    return;
  const ssize_t size = ::write(input_.get(), unsent_.data(), unsent_.size());
  if (size > 0)
    unsent_.erase(0, static_cast<std::size_t>(size));
  if (unsent_.empty() || (size < 0 && errno != EAGAIN))
    input_ = Fd();
}

void Running::signal(int number) const {
  ::kill(pid_, number);
}

Finished Running::wait() {
  Finished finished;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (output_.valid() || log_.valid()) {
    pollfd each[] = {{output_.get(), POLLIN, 0}, {log_.get(), POLLIN, 0}, {input_.get(), POLLOUT, 0}};
    ::poll(each, 3, 1000);
    if (std::chrono::steady_clock::now() > end)
      ::kill(pid_, SIGKILL);
    if (each[0].revents != 0)
      receive(output_, finished.output);
    if (each[1].revents != 0)
      receive(log_, finished.log);
    if (each[2].revents != 0)
      send();
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

Run& Run::argument(std::string value) {
  arguments_.push_back(std::move(value));
  return *this;
}

Run& Run::environment(std::map<std::string, std::string> variables) {
  environment_ = std::move(variables);
  return *this;
}

Run& Run::input(std::string text) {
  input_ = std::move(text);
  return *this;
}

Run& Run::first(std::function<bool()> step) {
  steps_.push_back(std::move(step));
  return *this;
}

void Run::become(int input, int output, int log) const {
  std::vector<std::string> arguments = arguments_, variables;
  for (const auto& [name, value] : environment_)
    variables.push_back(name + '=' + value);
  if (input >= 0)
    ::dup2(input, STDIN_FILENO);
  else
    ::close(STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::signal(SIGPIPE, SIG_DFL);
  for (const auto& step : steps_)
    if (!step())
      ::_exit(126);
  ::execve(arguments.front().c_str(), pointers(arguments).data(), pointers(variables).data());
  ::_exit(127);
}

Result<Running> Run::start() const {
  ::signal(SIGPIPE, SIG_IGN);
  auto input = make_pipe(), output = make_pipe(), log = make_pipe();
  if (!input || !output || !log)
    return system_error("make pipes for '" + arguments_.front() + "'");
  const pid_t pid = ::fork();
  if (pid < 0)
    return system_error("start '" + arguments_.front() + "'");
  if (pid == 0)
    become(input_ ? input->reader.get() : -1, output->writer.get(), log->writer.get());
  return Running(pid, std::move(input->writer), std::move(output->reader), std::move(log->reader), input_.value_or(""));
}

Finished Run::finish() const {
  auto finished = must(start()).wait();
  INFO(arguments_.front() << " has not run: " << finished.log);
  REQUIRE(finished.status != 126);
  REQUIRE(finished.status != 127);
  return finished;
}

}  // namespace podmeter::tests
