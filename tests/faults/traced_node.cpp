// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/traced_node.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/pods/network_state.hpp"
#include "tests/runtime/tools.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint16_t kPort = 9000;
constexpr std::uint64_t kHeaders = 28;
constexpr char kInside[] = "198.51.100.1", kOutside[] = "198.51.100.2";

std::string network_of(const Pod& a, const Pod& b) {
  return must(network_state(a.netns)) + must(network_state(b.netns));
}

void remove_filters(const Pod& pod) {
  const auto inside = must(pod.netns.enter());
  for (const auto direction : kDirections)
    (void)remove_filter({pod.ifindex(), direction});
}

void empty(const std::string& directory) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(directory, none))
    std::filesystem::remove_all(entry.path(), none);
}

}  // namespace

Volume operator-(const Volume& after, const Volume& before) {
  Volume difference = after;
  for (const auto direction : kDirections) {
    difference.of[direction].bytes -= before.of[direction].bytes;
    difference.of[direction].packets -= before.of[direction].packets;
  }
  return difference;
}

bool operator==(const Volume& a, const Volume& b) {
  return std::ranges::all_of(kDirections, [&](pm_direction direction) {
    return a.of[direction].bytes == b.of[direction].bytes && a.of[direction].packets == b.of[direction].packets;
  });
}

std::string text_of(const Volume& volume) {
  std::string text;
  for (const auto direction : kDirections)
    text += std::string(direction_name(direction)) + ' ' + std::to_string(volume.of[direction].bytes) + " B/" +
            std::to_string(volume.of[direction].packets) + ' ';
  return text;
}

Volume one_each_way(std::uint64_t bytes) {
  return {{{bytes, 1}, {bytes, 1}}};
}

TracedNode::TracedNode(const std::string& attach)
    : pod_(make_pod()),
      other_pod_(make_pod()),
      inside_(must(UdpSocket::open(pod_.netns, {kInside, kPort}))),
      outside_(must(UdpSocket::open(pod_.host, {kOutside, kPort}))) {
  if (attach == "clsact")
    for (const auto* pod : {&pod_, &other_pod_})
      tc(pod->netns, "qdisc add dev eth0 clsact\n");
  for (const auto* pod : {&pod_, &other_pod_})
    REQUIRE(soon([&] { return must(has_come_up(pod->netns, pod->ifindex())); }));
  network_ = network_of(pod_, other_pod_);
}

bool TracedNode::network_is_untouched() const {
  return network_of(pod_, other_pod_) == network_;
}

KernelObjects TracedNode::leaked() {
  made_ = alive(made_);
  const auto held = held_by(tree());
  KernelObjects rest;
  std::ranges::set_difference(made_, held, std::inserter(rest, rest.end()));
  return rest;
}

void TracedNode::exchange(std::uint64_t bytes) const {
  must(inside_.send(bytes - kHeaders, {kOutside, kPort}));
  must(outside_.receive());
  must(outside_.send(bytes - kHeaders, {kInside, kPort}));
  must(inside_.receive());
}

Volume TracedNode::counted() const {
  Volume volume;
  const auto reading = read_tree(tree());
  CHECK(reading.problems.empty());
  for (const auto& [key, counts] : reading.totals.counts)
    for (const auto& [scope, of] : counts)
      for (const auto direction : kDirections) {
        volume.of[direction].bytes += of[direction].bytes;
        volume.of[direction].packets += of[direction].packets;
      }
  return volume;
}

bool TracedNode::is_metered() const {
  return exists(node_.live().path()) && holds_together(node_, pod_, "c1");
}

Traced TracedNode::run(const Run& run, const std::optional<Fault>& fault) {
  made_.merge(held_by(tree()));
  auto traced = run_traced(run, fault);
  made_.merge(KernelObjects(traced.made));
  return traced;
}

void TracedNode::clear() {
  if (const auto names = list_directory(tree().live_dir()); names)
    for (const auto& name : *names)
      (void)end_meter(tree(), name, boot_clock_ns());
  for (const auto* pod : {&pod_, &other_pod_})
    remove_filters(*pod);
  empty(tree().live_dir());
  clear_others();
  REQUIRE(soon_unmetered(pod_.netns));
}

void TracedNode::clear_others() {
  for (const auto& directory : {tree().folding_dir(), tree().totals_dir()})
    empty(directory);
  (void)::mkdir(tree().totals_lock().c_str(), 0700);
  empty(tree().ended_dir());
  empty(tree().making_dir());
}

bool holds_together(const Node& node, const Pod& pod, const std::string& container) {
  const auto live = node.live(container);
  const auto attached = attached_programs(pod.netns);
  return exists(live.path()) ? attached.size() == 2 && attached == pinned_programs(live) : attached.empty();
}

}  // namespace podmeter::tests
