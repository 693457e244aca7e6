// SPDX-License-Identifier: Apache-2.0
// Super-packets from outside the kernel, described by a struct virtio_net_hdr, as gVisor, a virtual machine or a VPN in
// user space sends them: the kernel marks them SKB_GSO_DODGY and leaves gso_segs at 0.
#pragma once

#include <cstdint>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "tests/packets/packet_builder.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// The kind of packets that a super-packet is to be cut into (VIRTIO_NET_HDR_GSO_*, Virtual I/O Device 1.3, 5.1.6).
enum class Cut : std::uint8_t {
  kNone = 0,
  kTcpIpv4 = 1,
  kUdpFragments = 3,  // IP fragments of one datagram (UFO)
  kTcpIpv6 = 4,
  kUdp = 5,  // Linux 6.2
};

// Whole, from the link layer on; `transport` is the offset of the TCP or UDP header.
struct SuperPacket {
  Frame frame;
  Cut cut = Cut::kNone;
  std::uint16_t size = 0;  // bytes of payload in each of its packets
  std::uint16_t transport = 0;
};

class SuperSender {
 public:
  // On an interface (AF_PACKET with PACKET_VNET_HDR).
  static Result<SuperSender> open(const NetNs& netns, std::uint32_t ifindex);
  // Into a new tun device, up, for whose namespace the packets are incoming ones without a link layer.
  static Result<SuperSender> make_tun(const NetNs& netns);

  Result<void> send(const SuperPacket& packet) const;
  [[nodiscard]] std::uint32_t ifindex() const { return ifindex_; }

 private:
  SuperSender(Fd fd, std::uint32_t ifindex) : fd_(std::move(fd)), ifindex_(ifindex) {}

  Fd fd_;
  std::uint32_t ifindex_;
};

}  // namespace podmeter::tests
