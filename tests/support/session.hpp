// SPDX-License-Identifier: Apache-2.0
// main() of a test binary. Catch2's own part is compiled once, in session.cpp.
#pragma once

#include "bpf/base/result.hpp"

namespace podmeter::tests {

// Runs the test cases; returns the exit status.
int run_tests(int argc, char** argv);

// The same in namespaces of the process's own, which `enter` makes before the first test. Without root the tests are
// skipped: exit status 77. To list them needs neither.
int run_tests_as_root(int argc, char** argv, Result<void> (*enter)());

}  // namespace podmeter::tests
