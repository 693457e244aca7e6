// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/states.hpp"

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/totals/retire.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/previous/previous_tree.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::int64_t kLongAgo = 60'000'000'000;

void meter(const TracedNode& traced_node, const std::string& attach) {
  make_succeeding(with(add_call(traced_node.pod().netns), {{"attach", attach}}));
  traced_node.exchange(kFirstBytes);
  REQUIRE(traced_node.counted() == one_each_way(kFirstBytes));
}

void end_long_ago(const TracedNode& traced_node, const Identity& identity) {
  must(store_meter(traced_node.tree(), identity));
  pm_counters counted{};
  counted.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {777, 7};
  must(set_counters(traced_node.tree().live(name_of(identity)), counted));
  must(end_meter(traced_node.tree(), name_of(identity), boot_clock_ns() - kLongAgo));
}

// An ADD of container `dead` that was killed: by tcx as it was about to attach, by filters when both were attached.
void leave_unfinished(TracedNode& traced_node, const std::string& attach) {
  const auto add = run_of(with(add_call(traced_node.other_pod().netns, "dead"), {{"attach", attach}}));
  static std::map<std::string, std::size_t> kill_at;
  if (!kill_at.contains(attach)) {
    const auto calls = traced_node.run(add).calls;
    traced_node.clear();
    std::vector<std::size_t> found;
    for (std::size_t call = 0; call < calls.size(); call++)
      if (text_of(calls[call]).starts_with(attach == "tcx" ? "bpf BPF_LINK_CREATE" : "symlink"))
        found.push_back(call);
    REQUIRE_FALSE(found.empty());
    kill_at[attach] = attach == "tcx" ? found.front() : found.back();
  }
  traced_node.run(add, Fault{kill_at[attach], 0});
  REQUIRE(exists(traced_node.tree().making("dead+eth0").program(PM_INGRESS)));
  REQUIRE(attached_programs(traced_node.other_pod().netns).size() == (attach == "tcx" ? 0 : 2));
}

void end_others_long_ago(const TracedNode& traced_node) {
  end_long_ago(traced_node, make_identity("old1"));
  end_long_ago(traced_node, make_identity("old2"));
}

}  // namespace

void nothing(TracedNode& traced_node) {
  traced_node.clear();
  std::filesystem::remove_all(traced_node.tree().root());
}

void tree(TracedNode& traced_node) {
  traced_node.clear();
  if (exists(traced_node.tree().scope_table()))
    return;
  make_succeeding(add_call(traced_node.pod().netns));
  traced_node.clear();
}

void metered(TracedNode& traced_node) {
  tree(traced_node);
  meter(traced_node, "tcx");
}

void metered_and_not_tried(TracedNode& traced_node) {
  metered(traced_node);
  ::unlink(traced_node.tree().health_tried().c_str());
}

void metered_by_filters(TracedNode& traced_node) {
  tree(traced_node);
  meter(traced_node, "clsact");
}

void metered_by_half(TracedNode& traced_node) {
  if (traced_node.is_metered())  // an attachment takes the kernel long
    traced_node.clear_others();
  else
    metered(traced_node);
  const std::string pin = traced_node.node().live().link(PM_EGRESS);
  REQUIRE(bpf_link_detach(Fd(bpf_obj_get(pin.c_str())).get()) == 0);
  REQUIRE(::unlink(pin.c_str()) == 0);
}

void metered_after_others(TracedNode& traced_node) {
  metered(traced_node);
  end_others_long_ago(traced_node);
}

void metered_after_a_fold_cut_short(TracedNode& traced_node) {
  const auto tree = traced_node.tree();
  const auto identity = make_identity("old1");
  metered(traced_node);
  end_long_ago(traced_node, identity);
  must(retire_ended(tree, {}, boot_clock_ns()));
  end_long_ago(traced_node, identity);
  for (const auto& name : must(list_directory(tree.ended_dir())))
    REQUIRE(::rename(tree.ended(name).path().c_str(), tree.folding(name).path().c_str()) == 0);
}

void metered_among_others(TracedNode& traced_node) {
  tree(traced_node);
  leave_unfinished(traced_node, "tcx");
  metered_after_others(traced_node);
  make_succeeding(add_call(traced_node.other_pod().netns, "kept"));
}

void scopes_changed(TracedNode& traced_node) {
  tree(traced_node);
  std::ofstream(kScopeFile) << R"([{"name": "private", "prefixes": ["10.0.0.0/8"]}, )"
                            << R"({"name": "public", "default": true}])";
}

void in_disorder(TracedNode& traced_node) {
  tree(traced_node);
  leave_unfinished(traced_node, "tcx");
  metered_by_half(traced_node);
  end_others_long_ago(traced_node);
  runtime_files().remember("kept", traced_node.other_pod().netns);
}

void metered_by_filters_among_others(TracedNode& traced_node) {
  tree(traced_node);
  leave_unfinished(traced_node, "clsact");
  meter(traced_node, "clsact");
  end_others_long_ago(traced_node);
  make_succeeding(add_call(traced_node.other_pod().netns, "kept"));
}

void in_disorder_by_filters(TracedNode& traced_node) {
  tree(traced_node);
  leave_unfinished(traced_node, "clsact");
  meter(traced_node, "clsact");
  {
    const auto inside = must(traced_node.pod().netns.enter());
    must(remove_filter({traced_node.pod().ifindex(), PM_EGRESS}));
  }
  end_others_long_ago(traced_node);
  runtime_files().remember("kept", traced_node.other_pod().netns);
}

void metered_by_previous(TracedNode& traced_node) {
  tree(traced_node);
  must(make_previous_meter(traced_node.tree(), traced_node.pod(), "c1", "tcx", kPodmeterGroup));
  traced_node.exchange(kFirstBytes);
  REQUIRE(traced_node.counted() == one_each_way(kFirstBytes));
  REQUIRE(::chmod(traced_node.node().live().path().c_str(), 0710) == 0);
  runtime_files().remember("c1", traced_node.pod().netns);
}

const RuntimeFiles& runtime_files() {
  static const RuntimeFiles files(ordered_json{{"endedRetention", kShortRetention}});
  return files;
}

}  // namespace podmeter::tests
