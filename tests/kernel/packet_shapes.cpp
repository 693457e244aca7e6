// SPDX-License-Identifier: Apache-2.0
// Shapes of frames on a link with Ethernet headers: a row each, run in both directions.
#include "tests/checks/counted.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Shape {
  std::string what;
  Frame frame;
  Counted counted;
};

// All addresses are documentation's: public.
PacketBuilder frame(std::uint16_t type) {
  return PacketBuilder().ethernet(type);
}

std::vector<Shape> ipv4_shapes() {
  const auto plain = [](const Ipv4& header) { return frame(0x0800).ipv4(header).udp().payload(100); };
  return {
      {"plain", plain({}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"a header alone", frame(0x0800).ipv4({}).build(), {PM_SCOPE_PUBLIC, 20}},
      {"options", plain({.options = 4}).build(), {PM_SCOPE_PUBLIC, 132}},
      {"all options that fit", plain({.options = 40}).build(), {PM_SCOPE_PUBLIC, 168}},
      {"a first fragment", plain({.fragment = 0x2000}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"a later fragment", plain({.fragment = 0x00b9}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"another protocol", plain({.protocol = 132}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"padding", frame(0x0800).ipv4({}).udp().payload(2).padding(16).build(), {PM_SCOPE_PUBLIC, 30}},
      {"padding behind options", plain({.options = 8}).padding(9).build(), {PM_SCOPE_PUBLIC, 136}},
      {"claims more than there is", plain({.claims = 1500}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"claims nothing", plain({.claims = 0}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"claims less than its header", plain({.claims = 19}).build(), {PM_SCOPE_PUBLIC, 128}},
      {"claims less than its options", plain({.options = 8, .claims = 27}).build(), {PM_SCOPE_PUBLIC, 136}},
      {"claims its header alone", plain({.claims = 20}).build(), {PM_SCOPE_PUBLIC, 20}},
      {"header length below 5", plain({.first = 0x44}).build(), {PM_SCOPE_OTHER, 128}},
      {"header length 0", plain({.first = 0x40}).build(), {PM_SCOPE_OTHER, 128}},
      {"options that are not there", frame(0x0800).ipv4({.first = 0x46}).build(), {PM_SCOPE_OTHER, 20}},
      {"version 6 under IPv4's EtherType", plain({.first = 0x65}).build(), {PM_SCOPE_OTHER, 128}},
      {"version 0", plain({.first = 0x05}).build(), {PM_SCOPE_OTHER, 128}},
  };
}

std::vector<Shape> ipv6_shapes() {
  const auto plain = [](const Ipv6& header) { return frame(0x86dd).ipv6(header).udp().payload(100); };
  return {
      {"plain", plain({}).build(), {PM_SCOPE_PUBLIC, 148}},
      {"a header alone", frame(0x86dd).ipv6({.next = 59}).build(), {PM_SCOPE_PUBLIC, 40}},
      {"traffic class", plain({.first = 0x6f}).build(), {PM_SCOPE_PUBLIC, 148}},
      {"hop-by-hop options", frame(0x86dd).ipv6({.next = 0}).extension(17, 0).udp().build(), {PM_SCOPE_PUBLIC, 56}},
      {"a fragment", frame(0x86dd).ipv6({.next = 44}).extension(17, 0).payload(100).build(), {PM_SCOPE_PUBLIC, 148}},
      {"a jumbogram's payload length", plain({.claims = 0}).build(), {PM_SCOPE_PUBLIC, 148}},
      {"padding", frame(0x86dd).ipv6({}).udp().padding(6).build(), {PM_SCOPE_PUBLIC, 48}},
      {"claims more than there is", plain({.claims = 65535}).build(), {PM_SCOPE_PUBLIC, 148}},
      {"version 4 under IPv6's EtherType", plain({.first = 0x45}).build(), {PM_SCOPE_OTHER, 148}},
      {"version 7", plain({.first = 0x70}).build(), {PM_SCOPE_OTHER, 148}},
  };
}

std::vector<Shape> tagged_shapes() {
  return {
      {"802.1Q", frame(0x8100).vlan(0x0800).ipv4({}).udp().build(), {PM_SCOPE_PUBLIC, 28}},
      {"802.1ad", frame(0x88a8).vlan(0x86dd).ipv6({}).udp().build(), {PM_SCOPE_PUBLIC, 48}},
      {"QinQ", frame(0x88a8).vlan(0x8100).vlan(0x0800).ipv4({}).udp().build(), {PM_SCOPE_PUBLIC, 28}},
      {"QinQ of one kind", frame(0x8100).vlan(0x8100).vlan(0x86dd).ipv6({}).udp().build(), {PM_SCOPE_PUBLIC, 48}},
      {"padding behind a tag", frame(0x8100).vlan(0x0800).ipv4({}).udp().padding(14).build(), {PM_SCOPE_PUBLIC, 28}},
      {"options behind a tag", frame(0x8100).vlan(0x0800).ipv4({.options = 4}).udp().build(), {PM_SCOPE_PUBLIC, 32}},
      {"ARP behind a tag", frame(0x8100).vlan(0x0806).payload(28).build(), {PM_SCOPE_OTHER, 28}},
      {"three tags", frame(0x8100).vlan(0x8100).vlan(0x8100).vlan(0x0800).ipv4({}).build(), {PM_SCOPE_OTHER, 24}},
      {"a tag that is cut off", frame(0x8100).payload(2).build(), {PM_SCOPE_OTHER, 2}},
      {"a tag and nothing", frame(0x8100).vlan(0x0800).build(), {PM_SCOPE_OTHER, 0}},
  };
}

std::vector<Shape> foreign_shapes() {
  return {
      {"ARP", frame(0x0806).payload(28).build(), {PM_SCOPE_OTHER, 28}},
      {"ARP, padded", frame(0x0806).payload(28).padding(18).build(), {PM_SCOPE_OTHER, 46}},
      {"an unknown EtherType", frame(0x88b5).payload(300).build(), {PM_SCOPE_OTHER, 300}},
      {"an unknown EtherType over an IPv4 header", frame(0x88b5).ipv4({}).udp().build(), {PM_SCOPE_OTHER, 28}},
      {"MPLS", frame(0x8847).payload(4).ipv4({}).build(), {PM_SCOPE_OTHER, 24}},
      {"an 802.3 length", frame(46).payload(46).build(), {PM_SCOPE_OTHER, 46}},
      {"nothing", frame(0x88b5).build(), {PM_SCOPE_OTHER, 0}},
  };
}

void check_shapes(const std::vector<Shape>& shapes) {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  for (const auto& shape : shapes)
    for (const auto direction : kDirections) {
      INFO(shape.what);
      check_counts(meter, direction, shape.frame, shape.counted);
    }
}

}  // namespace

TEST_CASE("an IPv4 packet counts as long as it is on the wire, and as other where its header isn't whole") {
  check_shapes(ipv4_shapes());
}

TEST_CASE("an IPv6 packet counts as long as it is on the wire, and as other where its header isn't whole") {
  check_shapes(ipv6_shapes());
}

TEST_CASE("a packet behind up to two VLAN tags counts without them") {
  check_shapes(tagged_shapes());
}

TEST_CASE("what is not IP counts as other, with all that follows the Ethernet header") {
  check_shapes(foreign_shapes());
}

// Tagged, because newer kernels refuse to run a program on an untagged one; own_frames.cpp sends those.
TEST_CASE("a packet cut off in its IP header counts as other, at every length") {
  std::vector<Shape> shapes;
  for (const auto& whole : {frame(0x8100).vlan(0x0800).ipv4({}).build(), frame(0x8100).vlan(0x86dd).ipv6({}).build()})
    for (std::size_t size = 18; size < whole.size(); size++)
      shapes.push_back({"cut to " + std::to_string(size),
                        Frame(whole.begin(), whole.begin() + static_cast<long>(size)),
                        {PM_SCOPE_OTHER, size - 18}});
  CHECK(shapes.size() == 60);
  check_shapes(shapes);
}

}  // namespace podmeter::tests
