// SPDX-License-Identifier: Apache-2.0
// Other programs, as a runtime or a service manager starts them.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter::bench {

struct Command {
  std::vector<std::string> arguments;      // the program first, found by PATH
  std::vector<std::string> environment{};  // beside PATH
  std::string input{};
};

struct Ended {
  int status = 0;  // the exit status; 128 and the signal where one ended it
  std::string output;
  std::string errors;
  double wall_ms = 0;  // from before it was started until it was reaped
  // Its own, all threads, user and system: exact to the microsecond, because the kernel scales the ticks' split to the
  // scheduler's sum (kernel/sched/cputime.c, cputime_adjust).
  double cpu_ms = 0;
};

// A process that goes when this goes.
class Child {
 public:
  static Result<Child> start(const Command& command);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Until it ends by itself.
  Result<Ended> wait();

 private:
  Child(Fd output, Fd errors) : output_(std::move(output)), errors_(std::move(errors)) {}

  pid_t pid_ = -1;
  std::int64_t started_ns_ = 0;
  Fd output_;
  Fd errors_;
};

// Start and wait. An exit status other than 0 is an error that tells what the program said.
Result<Ended> run(const Command& command);

}  // namespace podmeter::bench
