// SPDX-License-Identifier: Apache-2.0
// A tree that the previous version made: read, kept counting, upgraded in place, ended.
#include <thread>

#include "bpf/reading/tree_reading.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/previous/previous_tree.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/runtime/runtime_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

using Repaired = std::multiset<std::string>;

constexpr std::uint64_t kDatagram = 100 + 28;

// A pod with a meter that the previous version made, and that counted one datagram.
struct PreviousPod {
  Node node;
  RuntimeFiles files;
  Pod pod = make_pod();

  explicit PreviousPod(const std::string& attach) {
    must(make_previous_meter(node.tree(), pod, "c1", attach, kPodmeterGroup));
    send(1);
  }

  void send(int datagrams) const {
    const auto socket = must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));
    for (int i = 0; i < datagrams; i++)
      must(socket.send(100, {"198.51.100.2", 9000}));
  }
  [[nodiscard]] std::uint64_t sent(const std::string& state = "live") const {
    return shown_meter("c1", state).counters.of[PM_EGRESS][PM_SCOPE_PUBLIC].bytes;
  }
};

}  // namespace

TEST_CASE("a meter of the previous version is read, taken for the pod's, and ended") {
  const PreviousPod old(GENERATE("tcx", "clsact"));
  CHECK(old.sent() == kDatagram);
  make_succeeding(check_call(old.pod.netns));
  make_succeeding(add_call(old.pod.netns));
  CHECK(old.sent() == kDatagram);
  old.send(2);
  make_succeeding(del_call(old.pod.netns));
  CHECK(old.sent("ended") == 3 * kDatagram);
  CHECK(soon_unmetered(old.pod.netns));
  make_succeeding(add_call(old.pod.netns, "c2"));
  make_succeeding(with(del_call(old.pod.netns, "c2"), {{"endedRetention", "0s"}}));
  const auto sums = read_tree(old.node.tree()).totals.counts;
  CHECK(sums.at({"shop", {}}).at("public")[PM_EGRESS].bytes == 3 * kDatagram);
}

TEST_CASE("a meter of the previous version is upgraded in place, while it counts, and loses nothing") {
  const std::string attach = GENERATE("tcx", "clsact");
  const PreviousPod old(attach);
  const auto programs = attached_programs(old.pod.netns);
  old.files.remember("c1", old.pod.netns);
  constexpr int kDatagrams = 20'000;
  std::thread traffic([&] { old.send(kDatagrams); });
  auto repairs = old.files.repairs();
  traffic.join();
  repairs.erase("scopes /etc/podmeter/scopes.json");
  CHECK(repairs == Repaired{"upgrade c1/eth0"});
  CHECK(attached_programs(old.pod.netns) != programs);
  CHECK(attached_programs(old.pod.netns) == pinned_programs(old.node.live()));
  CHECK(old.sent() == (1 + kDatagrams) * kDatagram);
  CHECK(old.files.repairs() == Repaired{});
  make_succeeding(check_call(old.pod.netns));
  make_succeeding(del_call(old.pod.netns));
  CHECK(old.sent("ended") == (1 + kDatagrams) * kDatagram);
}

TEST_CASE("a meter of the previous version that nobody knows the namespace of counts on, and ends with its interface") {
  auto old = std::make_unique<PreviousPod>("tcx");
  auto repairs = old->files.repairs();
  repairs.erase("scopes /etc/podmeter/scopes.json");
  CHECK(repairs == Repaired{});
  old->send(1);
  CHECK(old->sent() == 2 * kDatagram);
  old->pod = make_pod();
  CHECK(soon([&] { return !old->files.repairs({"--dry-run"}).empty(); }));
  CHECK(old->files.repairs() == Repaired{"end c1/eth0"});
  CHECK(old->sent("ended") == 2 * kDatagram);
}

}  // namespace podmeter::tests
