// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/states.hpp"

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/previous/previous_tree.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::int64_t kLongAgo = 60'000'000'000;

void meter(const Scene& scene, const std::string& attach) {
  make_succeeding(with(add_call(scene.pod().netns), {{"attach", attach}}));
  scene.exchange(kFirstBytes);
  REQUIRE(scene.counted() == one_each_way(kFirstBytes));
}

void end_long_ago(const Scene& scene, const std::string& container) {
  const auto identity = make_identity(container);
  must(store_meter(scene.tree(), identity));
  pm_counters counted{};
  counted.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {777, 7};
  must(set_counters(scene.tree().live(name_of(identity)), counted));
  must(end_meter(scene.tree(), name_of(identity), boot_clock_ns() - kLongAgo));
}

// An ADD of container `dead` that was killed as it was about to attach.
void leave_half_made(Scene& scene) {
  const auto run = run_of(add_call(scene.neighbour().netns, "dead"));
  static const std::size_t attach = [&] {
    const auto calls = scene.run(run_of(add_call(scene.neighbour().netns, "dead"))).calls;
    scene.clear();
    const auto found = std::ranges::find(calls, "bpf BPF_LINK_CREATE", [](const auto& call) { return text_of(call); });
    REQUIRE(found != calls.end());
    return static_cast<std::size_t>(found - calls.begin());
  }();
  scene.run(run, Fault{attach, 0});
  REQUIRE(exists(scene.tree().making("dead+eth0").program(PM_INGRESS)));
}

}  // namespace

void nothing(Scene& scene) {
  scene.clear();
  std::filesystem::remove_all(scene.tree().root());
}

void tree(Scene& scene) {
  scene.clear();
  if (exists(scene.tree().scope_table()))
    return;
  make_succeeding(add_call(scene.pod().netns));
  scene.clear();
}

void metered(Scene& scene) {
  tree(scene);
  meter(scene, "tcx");
}

void metered_by_filters(Scene& scene) {
  tree(scene);
  meter(scene, "clsact");
}

void metered_by_half(Scene& scene) {
  if (scene.is_metered())  // an attachment takes the kernel long
    scene.clear_others();
  else
    metered(scene);
  const std::string pin = scene.node().live().link(PM_EGRESS);
  REQUIRE(bpf_link_detach(Fd(bpf_obj_get(pin.c_str())).get()) == 0);
  REQUIRE(::unlink(pin.c_str()) == 0);
}

void metered_after_others(Scene& scene) {
  metered(scene);
  end_long_ago(scene, "old1");
  end_long_ago(scene, "old2");
}

void metered_among_others(Scene& scene) {
  tree(scene);
  leave_half_made(scene);
  metered_after_others(scene);
  make_succeeding(add_call(scene.neighbour().netns, "kept"));
}

void scopes_changed(Scene& scene) {
  tree(scene);
  std::ofstream(kScopeFile) << R"([{"name": "private", "prefixes": ["10.0.0.0/8"]}, )"
                            << R"({"name": "public", "default": true}])";
}

void in_disorder(Scene& scene) {
  tree(scene);
  leave_half_made(scene);
  metered_by_half(scene);
  end_long_ago(scene, "old1");
  end_long_ago(scene, "old2");
  runtime_files().remember("kept", scene.neighbour().netns);
}

void metered_by_previous(Scene& scene) {
  tree(scene);
  must(make_previous_meter(scene.tree(), scene.pod(), "c1", "tcx", kPodmeterGroup));
  scene.exchange(kFirstBytes);
  REQUIRE(scene.counted() == one_each_way(kFirstBytes));
  REQUIRE(::chmod(scene.node().live().path().c_str(), 0710) == 0);
  runtime_files().remember("c1", scene.pod().netns);
}

const RuntimeFiles& runtime_files() {
  static const RuntimeFiles files(ordered_json{{"endedRetention", kShortRetention}});
  return files;
}

}  // namespace podmeter::tests
