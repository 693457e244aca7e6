// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/cases.hpp"

#include <algorithm>

#include "bpf/kernel/scope_table.h"
#include "tests/faults/states.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using Verbs = std::function<Verb(const TracedNode&)>;

Verb verb_of(const Call& call) {
  const bool adds = call.environment.at("CNI_COMMAND") == "ADD";
  return {run_of(call), adds ? nlohmann::json(call.network.at("prevResult")) : nlohmann::json()};
}

Verbs add(const ordered_json& fields = ordered_json::object()) {
  return [=](const TracedNode& traced_node) { return verb_of(with(add_call(traced_node.pod().netns), fields)); };
}

Verb add_nowhere(const TracedNode& traced_node) {
  return verb_of(with_variable(add_call(traced_node.pod().netns), "CNI_IFNAME", "eth7"));
}

Verb del(const TracedNode& traced_node) {
  return verb_of(with(del_call(traced_node.pod().netns), {{"endedRetention", kShortRetention}}));
}

Verb status(const TracedNode& /*traced_node*/) {
  return verb_of(status_call());
}

Verb gc(const TracedNode& /*traced_node*/) {
  return verb_of(with(gc_call({"kept"}), {{"endedRetention", kShortRetention}}));
}

Verb reconcile(const TracedNode& /*traced_node*/) {
  constexpr int kAny = 255;  // 1 where a step failed; an abort where there is no way back from a namespace
  return {runtime_files().reconcile(), std::nullopt, kAny};
}

// No budget answers for it where it aborts.
Verb gc_in_namespaces(const TracedNode& traced_node) {
  constexpr int kAny = 255;
  auto verb = gc(traced_node);
  verb.worst_status = kAny;
  return verb;
}

constexpr Expected kTwoLive{2, 2, 0, 0};
constexpr Expected kNone{}, kLive{1, 1, 0, 0}, kAtMostLive{0, 1, 0, 0}, kReplaced{1, 1, 1, 1};
// Until the next change of the scopes the pages of the table before stay, where they couldn't be let go of.
constexpr Expected kLiveAndPages{1, 1, 0, 0, PM_PAGES}, kAtMostLiveAndPages{0, 1, 0, 0, PM_PAGES};
constexpr Expected kEnded{0, 0, 1, 1}, kAtMostEnded{0, 0, 0, 1}, kKeptAndEnded{1, 1, 1, 1};

const ordered_json kFilters = {{"attach", "clsact"}}, kScopes = {{"attach", "clsact"}, {"scopes", kScopeFile}};

}  // namespace

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"ADD of a pod", "tcx", tree, add(), add(), kLive, kAtMostLive},
      {"the node's first ADD", "clsact", nothing, add(kFilters), add(kFilters), kLive, {}},
      {"ADD by filters", "clsact", tree, add(kFilters), add(kFilters), kLive, kAtMostLive},
      {"ADD of a pod that has a meter", "tcx", metered, add(), add(), kLive, kLive},
      {"ADD in place of a broken meter", "tcx", metered_by_half, add(), add(), kReplaced, {}},
      {"ADD with other scopes", "clsact", scopes_changed, add(kScopes), add(kScopes), kLiveAndPages,
       kAtMostLiveAndPages},
      {"ADD where there is no interface", "tcx", tree, add_nowhere, add_nowhere, kNone, kNone},
      {"ADD and then DEL", "tcx", tree, add(), del, kAtMostEnded, kAtMostLive},
      {"ADD by filters and then DEL", "clsact", tree, add(kFilters), del, kAtMostEnded, kAtMostLive},
      {"DEL", "tcx", metered, del, del, kEnded, {}},
      {"DEL of filters", "clsact", metered_by_filters, del, del, kEnded, {}},
      {"DEL that retires", "tcx", metered_after_others, del, del, kEnded, {}},
      {"DEL after a fold that was cut short", "tcx", metered_after_a_fold_cut_short, del, del, kEnded, {}},
      {"STATUS", "tcx", metered_and_not_tried, status, status, kLive, kLive},
      {"GC", "tcx", metered_among_others, gc, gc, kKeptAndEnded, {}},
      {"reconcile", "tcx", in_disorder, reconcile, reconcile, kTwoLive, {}},
      {"GC by filters", "clsact", metered_by_filters_among_others, gc_in_namespaces, gc, kKeptAndEnded, {}},
      {"reconcile by filters", "clsact", in_disorder_by_filters, reconcile, reconcile, kTwoLive, {}},
      {"reconcile that upgrades", "tcx", metered_by_previous, reconcile, reconcile, kLive, {}},
  };
  return all;
}

const Case& case_named(const std::string& name) {
  const auto found = std::ranges::find(cases(), name, &Case::name);
  REQUIRE(found != cases().end());
  return *found;
}

}  // namespace podmeter::tests
