// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/mutation.hpp"

#include <algorithm>

namespace podmeter::tests {
namespace {

constexpr std::size_t kHeaders = 120;  // bytes in which most of what is read lies

std::size_t place(const Frame& frame, Random& random) {
  return random.below(std::min(frame.size(), random.one_in(8) ? frame.size() : kHeaders));
}

// The offset where IP starts most often; a link without a link-layer header has it at 0.
std::size_t ip_start(const Packet& packet, Random& random) {
  return (packet.link_layer == LinkLayer::kEthernet ? kFrameMin : 0) + (random.one_in(4) ? 4 : 0);
}

void put_word(Frame& frame, std::size_t at, std::size_t value) {
  if (at + 1 >= frame.size())
    return;
  frame[at] = static_cast<std::uint8_t>(value >> 8);
  frame[at + 1] = static_cast<std::uint8_t>(value);
}

void flip_bit(Packet& packet, Random& random) {
  packet.frame[place(packet.frame, random)] ^= static_cast<std::uint8_t>(1U << random.below(8));
}

void set_byte(Packet& packet, Random& random) {
  static const std::vector<std::uint8_t> telling = {0, 1, 5, 6, 8, 17, 43, 44, 60, 0x45, 0x46, 0x4f, 0x60, 0x81, 0xff};
  packet.frame[place(packet.frame, random)] = random.one_in(2) ? random.byte() : random.pick(telling);
}

// The IPv4 total length (at 2) or the IPv6 payload length (at 4): about what there is, or the least, or anything.
void set_length(Packet& packet, Random& random) {
  const std::size_t start = ip_start(packet, random);
  const std::size_t there = packet.frame.size() - std::min(packet.frame.size(), start + (random.one_in(2) ? 0 : 40));
  const std::size_t values[] = {there + random.below(5) - 2, random.below(64), random.word()};
  const std::size_t at = start + 2 + 2 * random.below(2);
  put_word(packet.frame, at, values[random.below(3)]);
}

void truncate(Packet& packet, Random& random) {
  packet.frame.resize(std::max(place(packet.frame, random), kFrameMin));
}

void insert_tag(Packet& packet, Random& random) {
  const std::uint8_t tag[] = {random.one_in(2) ? std::uint8_t{0x81} : std::uint8_t{0x88}, 0, 0, 42};
  auto& frame = packet.frame;
  const auto at = frame.insert(frame.begin() + 12, std::begin(tag), std::end(tag));
  at[1] = at[0] == 0x88 ? 0xa8 : 0;
}

void insert_or_remove(Packet& packet, Random& random) {
  auto& frame = packet.frame;
  const auto at = frame.begin() + static_cast<std::ptrdiff_t>(place(frame, random));
  const std::size_t more = random.below(9);
  if (more != 0)
    frame.insert(at, more, random.byte());
  else if (frame.size() > kFrameMin)
    frame.erase(at);
}

void set_ethertype(Packet& packet, Random& random) {
  static const std::vector<std::size_t> types = {0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806, 0x9100, 0, 1500};
  const std::size_t at = 12 + 4 * random.below(3);
  put_word(packet.frame, at, random.pick(types));
}

// Half a byte: IP's version or header length, or the data offset of a TCP header behind IPv4 or IPv6.
void set_header_length(Packet& packet, Random& random) {
  const std::size_t start = ip_start(packet, random);
  const std::size_t at = start + random.pick(std::vector<std::size_t>{0, 0, 32, 52});
  const unsigned half = random.one_in(2) ? 0xf0 : 0x0f, value = random.byte();
  if (at < packet.frame.size())
    packet.frame[at] = static_cast<std::uint8_t>((packet.frame[at] & ~half) | (value & half));
}

void set_gso(Packet& packet, Random& random) {
  packet.gso = random_gso(random, packet.frame.size());
}

}  // namespace

Gso random_gso(Random& random, std::size_t payload) {
  if (random.one_in(3))
    return {0, static_cast<std::uint32_t>(random.one_in(4) ? random.below(65536) : 0)};
  static const std::vector<std::uint32_t> sizes = {1, 2, 7, 8, 20, 100, 536, 1200, 1428, 1448, 65535};
  Gso gso{random.pick(sizes), 0};
  if (random.one_in(3))
    gso.size = 1 + static_cast<std::uint32_t>(random.below(random.one_in(2) ? 65535 : payload + 2));
  if (random.one_in(2))
    gso.segments = static_cast<std::uint32_t>(random.one_in(3) ? 1 + random.below(65535) : payload / gso.size + 1);
  return gso;
}

void mutate(Packet& packet, Random& random) {
  using Mutation = void (*)(Packet&, Random&);
  static const std::vector<Mutation> mutations = {flip_bit,          set_byte,   set_length,
                                                  truncate,          insert_tag, set_ethertype,
                                                  set_header_length, set_gso,    insert_or_remove};
  random.pick(mutations)(packet, random);
}

}  // namespace podmeter::tests
