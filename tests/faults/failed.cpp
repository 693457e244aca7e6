// SPDX-License-Identifier: Apache-2.0
// Each system call of the plugin fails in turn, with one error of the list; PODMETER_FAULTS=N: with the Nth after it.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "tests/faults/exceptions.hpp"
#include "tests/faults/trial.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

constexpr int kErrors[] = {EPERM, ENOMEM, ENOSPC, EEXIST, EINTR, ENODEV, EINVAL};

std::size_t shift() {
  const char* const wanted = std::getenv("PODMETER_FAULTS");
  return wanted == nullptr ? 0 : std::strtoul(wanted, nullptr, 10);
}

std::vector<int> errors_for(std::size_t call) {
  if (all_faults())
    return {std::begin(kErrors), std::end(kErrors)};
  return {kErrors[(call + shift()) % std::size(kErrors)]};
}

// `step` leaves calls out, for time; the other shifts have them.
void fail_every_call(const std::string& name, std::size_t step = 1) {
  Trials trials(case_named(name));
  bool reached = true;
  for (std::size_t call = step == 1 || all_faults() ? 0 : shift() % step; reached; call += all_faults() ? 1 : step)
    for (const int error : errors_for(call))
      reached = reached && trials.run({call, error});
  CHECK(trials.tally().trials > 40);
  std::printf("every call failed, %s: %s\n", name.c_str(), text_of(trials.tally()).c_str());
}

}  // namespace

TEST_CASE(
    "whichever call fails, ADD of a pod lets the pod start, and leaves nothing that the same again doesn't put right") {
  fail_every_call("ADD of a pod");
}

TEST_CASE(
    "whichever call fails, the node's first ADD lets the pod start, and leaves nothing that the same again doesn't put "
    "right") {
  fail_every_call("the node's first ADD");
}

TEST_CASE(
    "whichever call fails, ADD by filters lets the pod start, and leaves nothing that the same again doesn't put "
    "right") {
  fail_every_call("ADD by filters");
}

TEST_CASE(
    "whichever call fails, ADD of a pod that has a meter lets the pod start, and leaves nothing that the same again "
    "doesn't put right") {
  fail_every_call("ADD of a pod that has a meter");
}

TEST_CASE(
    "whichever call fails, ADD in place of a broken meter lets the pod start, and leaves nothing that the same again "
    "doesn't put right") {
  fail_every_call("ADD in place of a broken meter");
}

TEST_CASE(
    "whichever call fails, ADD with other scopes lets the pod start, and leaves nothing that the same again doesn't "
    "put right") {
  fail_every_call("ADD with other scopes");
}

TEST_CASE(
    "whichever call fails, ADD where there is no interface lets the pod start, and leaves nothing that the same again "
    "doesn't put right") {
  fail_every_call("ADD where there is no interface");
}

TEST_CASE("whichever call fails, STATUS succeeds under open, and leaves nothing of its trial") {
  fail_every_call("STATUS");
}

TEST_CASE("whichever call fails, DEL succeeds, and leaves nothing that the same again doesn't put right") {
  fail_every_call("DEL");
}

TEST_CASE("whichever call fails, DEL of filters succeeds, and leaves nothing that the same again doesn't put right") {
  fail_every_call("DEL of filters");
}

TEST_CASE("whichever call fails, DEL that retires succeeds, and leaves nothing that the same again doesn't put right") {
  fail_every_call("DEL that retires");
}

TEST_CASE("whichever call fails, DEL after a fold that was cut short counts no meter twice") {
  fail_every_call("DEL after a fold that was cut short");
}

TEST_CASE("whichever call fails, GC succeeds, and leaves nothing that the same again doesn't put right") {
  fail_every_call("GC");
}

TEST_CASE("whichever call fails, reconcile leaves nothing that the same again doesn't put right") {
  fail_every_call("reconcile", 5);
}

TEST_CASE("whichever call fails, GC by filters succeeds, and leaves nothing that the same again doesn't put right") {
  fail_every_call("GC by filters");
}

TEST_CASE("whichever call fails, reconcile by filters leaves nothing that the same again doesn't put right") {
  fail_every_call("reconcile by filters", 5);
}

TEST_CASE("whichever call fails, reconcile that upgrades leaves nothing that the same again doesn't put right") {
  fail_every_call("reconcile that upgrades");
}

TEST_CASE("a link that the kernel refuses by EINVAL leaves no link and no filter in its place, be it the second one") {
  Trials trials(case_named("ADD of a pod"));
  const auto links = trials.calls_of("bpf BPF_LINK_CREATE");
  REQUIRE(links.size() == 2);
  for (const auto link : links)
    CHECK(trials.run({link, EINVAL}));
}

}  // namespace podmeter::tests
