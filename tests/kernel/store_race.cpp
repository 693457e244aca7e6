// SPDX-License-Identifier: Apache-2.0
// The tree under writers that don't know of each other.
#include <atomic>
#include <thread>
#include <vector>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {

TEST_CASE("who sweeps what dead builders left disturbs no living one") {
  constexpr int kMeters = 2000;
  const auto tree = must(make_own_tree());
  std::atomic<bool> ended = false;
  std::atomic<int> swept = 0;
  std::thread sweeper([&] {
    for (; !ended; swept++)
      if (const auto names = list_directory(tree.making_dir()); names)
        for (const auto& name : *names)
          (void)sweep_unfinished(tree, name, detach_links);
  });
  std::vector<std::string> faults;
  for (int i = 0; i < kMeters; i++) {
    const std::string name = "c" + std::to_string(i) + "+eth0";
    auto staging = Staging::open(tree, name, 0, detach_links);
    const auto committed = staging ? staging->commit(tree.live(name)) : Result<void>(staging.error());
    if (!committed)
      faults.push_back(committed.error().text);
  }
  ended = true;
  sweeper.join();
  CHECK(swept > 0);
  for (const auto& fault : faults)
    UNSCOPED_INFO(fault);
  CHECK(faults.empty());
}

TEST_CASE("processes that make a tree at once, below directories that are not there yet, all succeed") {
  constexpr int kRounds = 50, kThreads = 4;
  std::vector<std::string> faults;
  for (int round = 0; round < kRounds; round++) {
    const PinTree tree("/sys/fs/bpf/race" + std::to_string(round) + "/a/b/c/d/podmeter");
    std::vector<Result<void>> made(kThreads);
    std::atomic<int> waiting = kThreads;
    std::vector<std::thread> threads;
    for (auto& one : made)
      threads.emplace_back([&] {
        for (waiting--; waiting > 0;) {
        }
        one = make_tree(tree, 0);
      });
    for (auto& thread : threads)
      thread.join();
    for (const auto& one : made)
      if (!one)
        faults.push_back(one.error().text);
  }
  for (const auto& fault : faults)
    UNSCOPED_INFO(fault);
  CHECK(faults.empty());
}

}  // namespace podmeter::tests
