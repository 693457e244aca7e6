// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/failures.hpp"

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf/base/fd.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

std::uint64_t total(const FailureCounts& counts) {
  std::uint64_t sum = 0;
  for (const auto& command : counts.of)
    for (const auto count : command)
      sum += count;
  return sum;
}

}  // namespace

TEST_CASE("where nothing failed yet there is nothing to read") {
  const auto tree = must(make_own_tree());
  const auto counts = read_failures(tree.failures());
  REQUIRE_FALSE(counts);
  CHECK(is_gone(counts.error()));
}

TEST_CASE("each failure is counted under its command and reason alone") {
  const auto pin = must(make_own_tree()).failures();
  must(record_failure(pin, FailureCommand::kAdd, FailureReason::kConfig));
  must(record_failure(pin, FailureCommand::kStatus, FailureReason::kAttach));
  must(record_failure(pin, FailureCommand::kStatus, FailureReason::kAttach));
  const auto counts = must(read_failures(pin));
  CHECK(counts.of[0][0] == 1);
  CHECK(counts.of[4][6] == 2);
  CHECK(total(counts) == 3);
}

TEST_CASE("failures of processes that run in parallel are all counted, from the first on") {
  constexpr int kProcesses = 8, kEach = 250;
  const auto pin = must(make_own_tree()).failures();
  int go[2];
  REQUIRE(::pipe(go) == 0);
  for (int process = 0; process < kProcesses; process++)
    if (::fork() == 0) {
      ::close(go[1]);
      char byte = 0;
      if (::read(go[0], &byte, 1) != 0)  // until the parent closes it
        ::_exit(2);
      for (int i = 0; i < kEach; i++)
        if (!record_failure(pin, FailureCommand::kDel, FailureReason::kNetns))
          ::_exit(1);
      ::_exit(0);
    }
  ::close(go[0]);
  ::close(go[1]);
  for (int process = 0; process < kProcesses; process++) {
    int status = -1;
    ::wait(&status);
    CHECK(status == 0);
  }
  const auto counts = must(read_failures(pin));
  CHECK(counts.of[static_cast<int>(FailureCommand::kDel)][static_cast<int>(FailureReason::kNetns)] ==
        kProcesses * kEach);
  CHECK(total(counts) == kProcesses * kEach);
}

TEST_CASE("failures can be read, but not recorded, by who may only read the pin") {
  const auto tree = must(make_own_tree(65534));
  const auto pin = tree.failures();
  must(record_failure(pin, FailureCommand::kAdd, FailureReason::kLoad));
  must(share_pin(pin, 65534));
  CHECK(as_nobody([&] {
          const auto counts = read_failures(pin);
          return counts && total(*counts) == 1 ? 0 : 1;
        }) == 0);
  CHECK(as_nobody([&] { return record_failure(pin, FailureCommand::kAdd, FailureReason::kLoad) ? 1 : 0; }) == 0);
  CHECK(total(must(read_failures(pin))) == 1);
}

TEST_CASE("a map of another shape in the failures' place is refused") {
  const auto pin = must(make_own_tree()).failures();
  const Fd map(bpf_map_create(BPF_MAP_TYPE_ARRAY, "other", 4, 8, 1, nullptr));
  REQUIRE(bpf_obj_pin(map.get(), pin.c_str()) == 0);
  const auto counts = read_failures(pin);
  REQUIRE_FALSE(counts);
  CHECK(counts.error().code == EPROTOTYPE);
  CHECK_FALSE(record_failure(pin, FailureCommand::kAdd, FailureReason::kLoad));
}

}  // namespace podmeter::tests
