// SPDX-License-Identifier: Apache-2.0
// Scope tables that take each other's place while packets are counted by them.
#include <bpf/bpf.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "bpf/attach/hook.hpp"
#include "bpf/scopes/scope_file.hpp"
#include "tests/checks/counted.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/scopes/network_scopes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint32_t kFirst = 1, kSecond = 2, kDefault = 3,
                        kElsewhere = 4;  // slots: put_scopes() goes by the order of the names

// Two tables in which the destination is in the first scope, or in the second, and all else in neither: whoever went
// from one into the other would find something else.
struct Tables {
  ScopeSet first, second;
  podmeter::Address destination;
};

ScopeSet scopes_with(const podmeter::Prefix& prefix, std::size_t scope, ScopeSet others) {
  others.names = {"first", "second", "default"};
  others.default_scope = 2;
  others.names.emplace_back("elsewhere");
  for (auto& each : others.prefixes)
    each.scope = 2 + each.scope % 2;
  others.prefixes.push_back({prefix, scope});
  return others;
}

Tables tables_of(Family family, std::size_t prefixes) {
  auto many = network_scopes(family, prefixes + 1);
  const auto prefix = many.prefixes.back().prefix;
  many.prefixes.pop_back();
  auto fewer = many;
  fewer.prefixes.resize(prefixes / 2);
  for (auto* scopes : {&many, &fewer})  // so that neighbours differ, and stay ranges of their own
    for (std::size_t i = 0; i < scopes->prefixes.size(); i++)
      scopes->prefixes[i].scope = i % 2;
  return {scopes_with(prefix, 0, many), scopes_with(prefix, 1, fewer), prefix.network};
}

Frame frame_to(const podmeter::Address& destination) {
  const auto to = address(to_text(destination));
  PacketBuilder builder;
  if (to.is_ipv4())
    return builder.ethernet(0x0800).ipv4({.to = to}).udp().payload(100).build();
  return builder.ethernet(0x86dd).ipv6({.to = to}).udp().payload(100).build();
}

// Runs the program over and over in a thread of its own.
class Load {
 public:
  Load(int program, Frame frame) : thread_([this, program, frame = std::move(frame)] { run(program, frame); }) {}
  ~Load() { finish(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  std::uint64_t finish() {
    ended_ = true;
    if (thread_.joinable())
      thread_.join();
    return packets_;
  }

 private:
  void run(int program, const Frame& frame) {
    constexpr int kRepeat = 1000;
    while (!ended_)
      if (run_program(program, frame, {}, kRepeat))
        packets_ += kRepeat;
  }

  std::atomic<bool> ended_ = false;
  std::atomic<std::uint64_t> packets_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a table that takes another's place under load judges each packet whole, and none goes uncounted") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::size_t prefixes = GENERATE(1U, 30'000U);  // the many don't fit in the head page
  const auto tables = tables_of(family, prefixes);
  const auto table = must(make_table(tables.first));
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet, table));
  std::uint64_t packets = 0;
  {
    Load one(meter.program(PM_EGRESS), frame_to(tables.destination));
    Load other(meter.program(PM_EGRESS), frame_to(tables.destination));
    for (int i = 0; i < 10; i++)
      must(put_scopes(table, i % 2 == 0 ? tables.second : tables.first));
    packets = one.finish() + other.finish();
  }
  const auto all = must(meter.read());
  const auto& counted = all.of[PM_EGRESS];
  CHECK(packets > 0);
  CHECK(counted[kFirst].packets > 0);
  CHECK(counted[kSecond].packets > 0);
  CHECK(counted[kFirst].packets + counted[kSecond].packets == packets);
  CHECK(counted[kDefault].packets == 0);
  CHECK(counted[kElsewhere].packets == 0);
  CHECK(counted[PM_SCOPE_OTHER].packets == 0);
}

TEST_CASE("every meter counts by the new table once it has taken the old one's place") {
  const auto tables = tables_of(Family::kIpv4, 1);
  const auto table = must(make_table(tables.first));
  const LoadedMeter meters[] = {must(LoadedMeter::load(LinkLayer::kEthernet, table)),
                                must(LoadedMeter::load(LinkLayer::kEthernet, table))};
  const auto frame = frame_to(tables.destination);
  for (const auto& meter : meters)
    must(run_program(meter.program(PM_EGRESS), frame, {}));
  must(put_scopes(table, tables.second));
  for (const auto& meter : meters) {
    must(run_program(meter.program(PM_EGRESS), frame, {}));
    const auto all = must(meter.read());
    const auto& counted = all.of[PM_EGRESS];
    CHECK(counted[kFirst].packets == 1);
    CHECK(counted[kSecond].packets == 1);
  }
}

TEST_CASE("real traffic loses no datagram's count while tables change") {
  constexpr std::uint16_t kPort = 9000;
  constexpr std::uint64_t kDatagrams = 3000, kBytes = 100 + 28;
  const auto first =
      parse_scopes(R"([{"name": "a", "prefixes": ["198.51.100.0/24"]}, {"name": "b", "default": true}])");
  const auto second = parse_scopes(R"([{"name": "a"}, {"name": "b", "default": true}])");
  const auto table = must(make_table(*first));
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet, table));
  {
    const auto inside = must(pod.netns.enter());
    must(meter.meter().attach(pod.ifindex(), must(choose_attach({})), meter.dir()));
  }
  const auto sender = must(UdpSocket::open(pod.netns, {"198.51.100.1", kPort}));
  std::atomic<bool> ended = false;
  std::thread swaps([&] {
    for (int i = 0; !ended; i++)
      (void)put_scopes(table, i % 2 == 0 ? *second : *first);
  });
  for (std::uint64_t i = 0; i < kDatagrams; i++)
    must(sender.send(100, {"198.51.100.2", kPort}));
  ended = true;
  swaps.join();
  const auto all = must(meter.read());
  const auto& counted = all.of[PM_EGRESS];
  CHECK(counted[1].packets + counted[2].packets == kDatagrams);
  CHECK(counted[1].bytes + counted[2].bytes == kDatagrams * kBytes);
  CHECK(counted[PM_SCOPE_OTHER].packets == 0);
}

TEST_CASE("without a table all is other, and is counted") {
  const auto table = must(ScopeTable::create());
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet, table));
  check_counts(meter, PM_EGRESS, PacketBuilder().ethernet(0x0800).ipv4({}).udp().build(), {PM_SCOPE_OTHER, 28});
}

TEST_CASE("a table that never ran leaves nothing in the way of the next") {
  const auto tables = tables_of(Family::kIpv6, 30'000);
  const auto table = must(make_table(tables.first));
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet, table));
  const auto pages = must(compile(tables.second, {1, 2, 3, 4}, must(table.free_slots())));
  REQUIRE(pages.size() > 1);
  must(table.stage(pages));
  must(run_program(meter.program(PM_EGRESS), frame_to(tables.destination), {}));
  CHECK(must(meter.read()).of[PM_EGRESS][kFirst].packets == 1);
  must(put_scopes(table, tables.second));
  must(run_program(meter.program(PM_EGRESS), frame_to(tables.destination), {}));
  CHECK(must(meter.read()).of[PM_EGRESS][kSecond].packets == 1);
}

TEST_CASE("a table that was replaced is let go of") {
  const auto tables = tables_of(Family::kIpv6, 30'000);
  const auto table = must(make_table(tables.first));
  for (int i = 0; i < 3; i++) {
    const auto used = must(table.head());
    must(put_scopes(table, tables.second));
    std::uint32_t id = 0;
    for (std::uint32_t slot = used.first_slot; slot < used.first_slot + used.pages; slot++)
      CHECK(bpf_map_lookup_elem(table.fd(), &slot, &id) != 0);
  }
}

TEST_CASE("a table reads back as it was put") {
  const auto tables = tables_of(Family::kIpv6, 30'000);
  const auto table = must(make_table(tables.first));
  const auto pages = must(table.read()), made = must(compile(tables.first, {1, 2, 3, 4}, head_of(pages).first_slot));
  REQUIRE(pages.size() == made.size());
  for (std::size_t i = 0; i < pages.size(); i++)
    CHECK(std::memcmp(pages[i].get(), made[i].get(), sizeof(pm_page)) == 0);
}

}  // namespace podmeter::tests
