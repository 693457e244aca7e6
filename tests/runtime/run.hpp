// SPDX-License-Identifier: Apache-2.0
// A program as a runtime runs it: environment, arguments and stdin are what a test says; nothing is inherited.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter::tests {

struct Finished {
  int status = 0;  // the exit status; 128 and the number for a signal
  std::string output;
  std::string log;  // stderr
};

// Started and not yet awaited. One that isn't awaited is killed.
class Running {
 public:
  Running(pid_t pid, Fd input, Fd output, Fd log, std::string unsent);
  ~Running();
  Running(Running&& other) noexcept;
  Running& operator=(Running&&) = delete;

  [[nodiscard]] pid_t process() const { return pid_; }
  void signal(int number) const;
  // Hands over what is left of stdin and waits; after 30 seconds the program is killed.
  Finished wait();

 private:
  void send();

  pid_t pid_;
  Fd input_, output_, log_;
  std::string unsent_;
};

class Run {
 public:
  explicit Run(std::string program) : arguments_{std::move(program)} {}

  Run& argument(std::string value);
  Run& environment(std::map<std::string, std::string> variables);
  // Without this stdin is closed.
  Run& input(std::string text);
  // Done in the new process, before the program starts; where it says false nothing is started.
  Run& first(std::function<bool()> step);

  [[nodiscard]] Result<Running> start() const;
  // Starts and waits; a program that doesn't start fails the test.
  [[nodiscard]] Finished finish() const;

 private:
  [[noreturn]] void become(int input, int output, int log) const;

  std::vector<std::string> arguments_;
  std::map<std::string, std::string> environment_;
  std::optional<std::string> input_;
  std::vector<std::function<bool()>> steps_;
};

}  // namespace podmeter::tests
