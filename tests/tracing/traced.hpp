// SPDX-License-Identifier: Apache-2.0
// A program of which every system call is seen, from the first after exec, and one goes wrong.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/runtime/run.hpp"
#include "tests/tracing/kernel_objects.hpp"

namespace podmeter::tests {

struct SystemCall {
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};
// "openat", "bpf BPF_MAP_CREATE".
std::string text_of(const SystemCall& call);

// A fault of the call of that index, the first being 0.
struct Fault {
  std::size_t call = 0;
  int error = 0;  // it is not done, and fails so; 0: the process is killed as it makes it
};
std::string text_of(const Fault& fault);

struct Traced {
  Finished finished;
  std::vector<SystemCall> calls;
  KernelObjects made;  // what it made, and may have let go of again

  // True if it came to the call that was to go wrong.
  [[nodiscard]] bool reached(const Fault& fault) const { return calls.size() > fault.call; }
};

// Runs a program of one thread to its end. Signals, such as its own timer's, reach it. Its output must fit into a pipe.
Traced run_traced(const Run& run, const std::optional<Fault>& fault = {});

}  // namespace podmeter::tests
