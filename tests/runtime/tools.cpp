// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/tools.hpp"

#include <sched.h>

#include "tests/runtime/run.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

void batch(const char* program, const NetNs& netns, const std::string& lines) {
  const auto ran = Run(program)
                       .argument("-batch")
                       .argument("-")
                       .input(lines)
                       .first([&] { return ::setns(netns.fd(), CLONE_NEWNET) == 0; })
                       .finish();
  INFO(lines << ran.log);
  REQUIRE(ran.status == 0);
}

}  // namespace

void ip(const NetNs& netns, const std::string& lines) {
  batch(IP_PROGRAM, netns, lines);
}

void tc(const NetNs& netns, const std::string& lines) {
  batch(TC_PROGRAM, netns, lines);
}

}  // namespace podmeter::tests
