// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/scope_names.hpp"

#include "bpf/tree/scope_slots.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

bool nobody(std::uint32_t /*slot*/) {
  return false;
}

std::vector<std::string> numbered(int first, int last) {
  std::vector<std::string> names;
  for (int i = first; i < last; i++)
    names.push_back("s" + std::to_string(i));
  return names;
}

ScopeNames assigned(const ScopeNames& known, const std::vector<std::string>& wanted) {
  const auto names = assign_slots(known, wanted, nobody);
  REQUIRE(names);
  return *names;
}

std::string shown(const ScopeNames& names, const pm_counters& counters) {
  std::string text;
  for (const auto& scope : shown_scopes(names, counters))
    text += std::to_string(scope.slot) + std::string(scope.name) + ' ';
  return text;
}

}  // namespace

TEST_CASE("scopes get the free slots in their order") {
  CHECK(assigned({}, {"b", "a"}) == ScopeNames{{1, "b"}, {2, "a"}});
  CHECK(assigned({{2, "x"}}, {"x", "y", "z"}) == ScopeNames{{1, "y"}, {2, "x"}, {3, "z"}});
}

TEST_CASE("a scope keeps its slot, one that is not wanted is removed but keeps it too, and comes back to it") {
  const auto names = assigned(built_in_names(), {"zone", "public"});
  CHECK(names == ScopeNames{{1, "private", true}, {2, "public"}, {3, "zone"}});
  CHECK(assigned(names, {"private"}) == ScopeNames{{1, "private"}, {2, "public", true}, {3, "zone", true}});
}

TEST_CASE("a slot that is not in use is taken from a scope that is not wanted when none is free") {
  const auto names = assign_slots(assigned({}, numbered(0, 14)), numbered(1, 15), nobody);
  REQUIRE(names);
  CHECK(names->front() == ScopeName{1, "s14"});
  CHECK(names->size() == 14);
}

TEST_CASE("a slot that is in use is not taken") {
  const auto full = assigned({}, numbered(0, 14));
  const auto refused = assign_slots(full, numbered(2, 16), [](std::uint32_t slot) { return slot == 1; });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ENOSPC);
  const auto names = assign_slots(full, numbered(2, 15), [](std::uint32_t slot) { return slot == 1; });
  REQUIRE(names);
  CHECK((*names)[0] == ScopeName{1, "s0", true});
  CHECK((*names)[1] == ScopeName{2, "s14"});
}

TEST_CASE("names are the same after being written and read, and what is no list of names is refused") {
  const ScopeNames names = {{1, "a \"b\""}, {14, "c", true}};
  const auto again = parse_scope_names(to_text(names));
  REQUIRE(again);
  CHECK(*again == names);
  for (const char* text :
       {"", "{", "1", R"([{"slot": 1}])", R"([{"slot": "1", "name": "a", "removed": false}])",
        R"([{"slot": 0, "name": "a", "removed": false}])", R"([{"slot": 16, "name": "a", "removed": false}])",
        R"([{"slot": true, "name": "a", "removed": false}])",
        R"([{"slot": 4294967297, "name": "a", "removed": false}])",
        R"([{"slot": 1, "name": "other", "removed": false}])",
        R"([{"slot": 1, "name": "a", "removed": false}, {"slot": 2, "name": "a", "removed": false}])",
        R"([{"slot": 1, "name": "a", "removed": false}, {"slot": 1, "name": "b", "removed": false}])"})
    CHECK_FALSE(parse_scope_names(text));
}

TEST_CASE("fourteen names of any allowed length fit in a symbolic link") {
  ScopeNames names;
  for (std::uint32_t slot = 1; slot <= 14; slot++)
    names.push_back({slot, std::string(63, '"'), true});
  CHECK(to_text(names).size() < 4096);
}

TEST_CASE("a meter is shown with the table's scopes, with removed ones that it holds counts for, and with other") {
  const ScopeNames names = {{1, "a"}, {2, "gone", true}, {3, "c"}};
  pm_counters counters{};
  CHECK(shown(names, counters) == "1a 3c 0other ");
  counters.of[PM_INGRESS][2].packets = 1;
  CHECK(shown(names, counters) == "1a 2gone 3c 0other ");
  CHECK(shown({}, counters) == "0other ");
}

}  // namespace podmeter::tests
