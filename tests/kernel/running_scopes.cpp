// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/running_scopes.hpp"

#include <sys/stat.h>

#include "bpf/base/fd.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/scopes/scope_file.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/scope_names.hpp"
#include "bpf/tree/scope_slots.hpp"
#include "tests/meters/loaded_meter.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

ScopeSet scopes_named(int first, int last) {
  ScopeSet scopes;
  for (int i = first; i < last; i++)
    scopes.names.push_back("s" + std::to_string(i));
  return scopes;
}

Result<std::uint64_t> run(const PinTree& tree, const ScopeSet& scopes, const ScopeSource& source = {}) {
  return run_scopes(must(ScopeLock::take(tree, ScopeLock::Wait::kYes)), tree, scopes, source);
}

// One packet through the program that a stored meter has: its table's default scope.
void count_one(const MeterDir& dir) {
  const Fd program(bpf_obj_get(dir.program(PM_EGRESS).c_str()));
  must(run_program(program.get(), PacketBuilder().ethernet(0x0800).ipv4({}).udp().build(), {}));
}

// A live meter that counts by the tree's own table.
MeterDir add_meter(const PinTree& tree, const std::string& container) {
  const auto identity = make_identity(container);
  must(store_meter(tree, identity, nullptr, must(ScopeTable::open(tree.scope_table()))));
  return tree.live(name_of(identity));
}

}  // namespace

TEST_CASE("each table that runs is the next generation, and says what it was made from") {
  const auto tree = must(make_own_tree());
  CHECK(running_source(tree).error().code == ENOENT);
  CHECK(must(run(tree, built_in_scopes())) == 1);
  CHECK(must(running_source(tree)) == ScopeSource{});
  const ScopeSource source = {1, 2, 3, 4, 5, 6};
  CHECK(must(run(tree, scopes_named(0, 3), source)) == 2);
  CHECK(must(running_source(tree)) == source);
  const auto running = must(read_running(tree));
  CHECK(running.scopes.names == scopes_named(0, 3).names);
  CHECK(head_of(running.pages).generation == 2);
}

TEST_CASE("names stand beside the table, for whoever may read the tree, and the table for nobody but root") {
  const auto tree = must(make_own_tree(0));
  must(run(tree, scopes_named(0, 2)));
  const auto names = must(read_scope_names(tree.scope_names()));
  CHECK(names == ScopeNames{{1, "private", true}, {2, "public", true}, {3, "s0"}, {4, "s1"}});
  struct stat status {};
  REQUIRE(::stat(tree.scope_table().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a scope that meters hold counts for keeps its slot, and others give theirs up when none is free") {
  const auto tree = must(make_own_tree());
  must(run(tree, scopes_named(0, 12)));  // and the two built-in names, which are removed
  const auto dir = add_meter(tree, "c1");
  count_one(dir);                        // in s0, the default
  must(run(tree, scopes_named(1, 12)));  // s0 is removed
  must(run(tree, scopes_named(1, 14)));  // takes the built-in names' slots
  const auto full = run(tree, scopes_named(1, 15));
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ENOSPC);
  const auto names = must(read_scope_names(tree.scope_names()));
  CHECK(names.size() == 14);
  CHECK(std::ranges::count(names, true, &ScopeName::removed) == 1);
  CHECK(must(read_running(tree)).scopes.names.size() == 13);
}

TEST_CASE("a new tree takes as many scopes as there can be") {
  const auto tree = must(make_own_tree());
  must(run(tree, scopes_named(0, 14)));
  CHECK(must(read_scope_names(tree.scope_names())).size() == 14);
}

TEST_CASE("a slot that the running table counts by is not taken, though a process that died had its name removed") {
  const auto tree = must(make_own_tree());
  must(run(tree, scopes_named(0, 14)));
  auto names = must(read_scope_names(tree.scope_names()));
  names.front().removed = true;
  must(write_scope_names(tree.scope_names(), names));
  CHECK(run(tree, scopes_named(1, 15)).error().code == ENOSPC);
  must(run(tree, scopes_named(1, 14)));
  must(run(tree, scopes_named(1, 15)));
}

TEST_CASE("who changes the scopes keeps others from it, and a reader of the tree can't") {
  const auto tree = must(make_own_tree());
  const auto lock = must(ScopeLock::take(tree, ScopeLock::Wait::kYes));
  CHECK(ScopeLock::take(tree, ScopeLock::Wait::kNo).error().code == EBUSY);
  struct stat status {};
  REQUIRE(::stat(tree.scope_lock().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK(status.st_uid == 0);
}

TEST_CASE("a meter goes on in the scope of the new table, and what it had counted stays") {
  const auto tree = must(make_own_tree());
  must(run(tree, scopes_named(0, 1)));
  const auto dir = add_meter(tree, "c1");
  count_one(dir);
  must(run(tree, scopes_named(1, 2)));
  count_one(dir);
  const auto names = must(read_scope_names(tree.scope_names()));
  const auto counters = must(read_counters(dir.counters()));
  for (const auto& name : names)
    CHECK(counters.of[PM_EGRESS][name.slot].packets == (name.name.starts_with('s') ? 1 : 0));
}

TEST_CASE("names that can't be read stop no change in silence") {
  const auto tree = must(make_own_tree());
  REQUIRE(::symlink("nonsense", tree.scope_names().c_str()) == 0);
  CHECK_FALSE(run(tree, built_in_scopes()));
  const auto reading = read_tree(tree);
  CHECK(reading.scopes.empty());
  CHECK(find_problem(reading, ProblemReason::kScopes) != nullptr);
}

}  // namespace podmeter::tests
