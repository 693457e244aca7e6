// SPDX-License-Identifier: Apache-2.0
// The classifier's source and the reference over packets that BPF_PROG_TEST_RUN doesn't take.
#include "bpf/scopes/scope_source.hpp"
#include "tests/differential/corpus.hpp"
#include "tests/differential/hand_made.hpp"
#include "tests/differential/native.hpp"
#include "tests/differential/packet_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr std::size_t kLongest = 600'000;  // more than the 512 KiB that Linux makes of one super-packet

struct Both {
  LowMemory memory = must(LowMemory::map(kLongest));
  TablePages pages = must(compile(built_in_scopes(), {PM_SCOPE_PRIVATE, PM_SCOPE_PUBLIC}, 1));
  Reference reference{built_in_scopes(), {PM_SCOPE_PRIVATE, PM_SCOPE_PUBLIC}};

  void check(const Packet& packet, std::size_t linear) const {
    const auto expected = reference.count(packet), counted = count_natively(memory, packet, linear, pages);
    if (counted == expected)
      return;
    FAIL_CHECK("of " << packet.frame.size() << " bytes, " << linear << " of them linear, the program counts "
                     << counted.bytes << " bytes, " << counted.packets << " packets in slot " << counted.slot << "\n"
                     << corpus_line({{"a name", packet}, expected}).substr(0, 300));
  }
};

// Longer than the headers say, about 64 KiB now and then.
void lengthen(Packet& packet, Random& random) {
  const std::size_t lengths[] = {65'530 + random.below(12), random.below(70'000), 65'500 + random.below(500'000)};
  packet.frame.resize(std::max(packet.frame.size(), lengths[random.below(3)]));
}

Packet big_tcp(std::size_t length) {
  const auto packet = PacketBuilder().ethernet(0x86dd).ipv6({.next = 0, .claims = 0}).extension(6, 0).tcp(12);
  auto frame = PacketBuilder(packet).payload(length - 14 - 40 - 8 - 32).build();
  frame[14 + 40 + 2] = 0xc2;  // the jumbo payload option, which the kernel looks for
  return {LinkLayer::kEthernet, PM_EGRESS, {1428, 0}, std::move(frame)};
}

}  // namespace

TEST_CASE("what is longer than 64 KiB behind a hop-by-hop header counts without that header in each segment") {
  const Both both;
  CHECK(both.reference.count(big_tcp(65'536)) == Tally{PM_SCOPE_PUBLIC, 65'442 + 46 * 80, 46});
  CHECK(both.reference.count(big_tcp(65'537)) == Tally{PM_SCOPE_PUBLIC, 65'443 + 46 * 72, 46});
  for (const auto length : std::initializer_list<std::size_t>{65'535, 65'536, 65'537, 200'000, 524'288})
    for (const auto linear : std::initializer_list<std::size_t>{14, 54, 94, 1000})
      both.check(big_tcp(length), linear);
}

TEST_CASE("a packet counts the same wherever its linear part ends, whole or cut off at every byte") {
  const Both both;
  for (const auto& [name, whole] : hand_made()) {
    INFO(name);
    const std::size_t end = std::min<std::size_t>(whole.frame.size(), 140);
    for (std::size_t linear = 0; linear <= end; linear++)
      both.check(whole, linear);
    Packet cut = whole;
    for (cut.frame.resize(end); cut.frame.size() > 14; cut.frame.pop_back())
      for (const std::size_t linear : {cut.frame.size(), cut.frame.size() - 1, std::size_t{14}})
        both.check(cut, linear);
  }
}

TEST_CASE("the classifier and the reference agree on random packets of any length, linear or not") {
  const Both both;
  PacketSource source(1, built_in_scopes());
  Random random(1);
  for (int i = 0; i < 20'000; i++) {
    auto packet = source.next();
    if (random.one_in(20))
      lengthen(packet, random);
    both.check(packet, random.below(std::min<std::size_t>(packet.frame.size(), 200) + 1));
  }
}

}  // namespace podmeter::tests
