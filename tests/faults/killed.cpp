// SPDX-License-Identifier: Apache-2.0
// The plugin is killed at each of its system calls in turn.
#include <cstdio>

#include "tests/faults/trial.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

void kill_at_every_call(const std::string& name) {
  Trials trials(case_named(name));
  for (Fault fault; trials.run(fault); fault.call++) {
  }
  CHECK(trials.tally().trials > 40);
  std::printf("killed at every call, %s: %s\n", name.c_str(), text_of(trials.tally()).c_str());
}

}  // namespace

TEST_CASE("killed at any call, ADD of a pod leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD of a pod");
}

TEST_CASE("killed at any call, the node's first ADD leaves nothing that the same again doesn't put right") {
  kill_at_every_call("the node's first ADD");
}

TEST_CASE("killed at any call, ADD by filters leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD by filters");
}

TEST_CASE("killed at any call, ADD of a pod that has a meter leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD of a pod that has a meter");
}

TEST_CASE("killed at any call, ADD in place of a broken meter leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD in place of a broken meter");
}

TEST_CASE("killed at any call, ADD with other scopes leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD with other scopes");
}

TEST_CASE("killed at any call, ADD where there is no interface leaves nothing that the same again doesn't put right") {
  kill_at_every_call("ADD where there is no interface");
}

TEST_CASE("killed at any call, ADD leaves nothing that a DEL doesn't put right") {
  kill_at_every_call("ADD and then DEL");
}

TEST_CASE("killed at any call, ADD by filters leaves nothing that a DEL doesn't put right") {
  kill_at_every_call("ADD by filters and then DEL");
}

TEST_CASE("killed at any call, DEL leaves nothing that the same again doesn't put right") {
  kill_at_every_call("DEL");
}

TEST_CASE("killed at any call, DEL of filters leaves nothing that the same again doesn't put right") {
  kill_at_every_call("DEL of filters");
}

TEST_CASE("killed at any call, DEL that retires leaves nothing that the same again doesn't put right") {
  kill_at_every_call("DEL that retires");
}

TEST_CASE("killed at any call, GC leaves nothing that the same again doesn't put right") {
  kill_at_every_call("GC");
}

TEST_CASE("killed at any call, reconcile leaves nothing that the same again doesn't put right") {
  kill_at_every_call("reconcile");
}

TEST_CASE("killed at any call, GC by filters leaves nothing that the same again doesn't put right") {
  kill_at_every_call("GC by filters");
}

TEST_CASE("killed at any call, reconcile by filters leaves nothing that the same again doesn't put right") {
  kill_at_every_call("reconcile by filters");
}

TEST_CASE("killed at any call, reconcile that upgrades leaves nothing that the same again doesn't put right") {
  kill_at_every_call("reconcile that upgrades");
}

}  // namespace podmeter::tests
