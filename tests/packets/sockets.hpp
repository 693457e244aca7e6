// SPDX-License-Identifier: Apache-2.0
// Sockets that send known bytes. A socket stays in the namespace that it was opened in.
#pragma once

#include <cstdint>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "tests/packets/packet_builder.hpp"
#include "tests/packets/socket_address.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

class UdpSocket {
 public:
  static Result<UdpSocket> open(const NetNs& netns, const Endpoint& local);
  // One datagram with `bytes` of payload.
  Result<void> send(std::size_t bytes, const Endpoint& to) const;
  // From here on what is sent is cut by the kernel into datagrams of that payload (UDP_SEGMENT, Linux 4.18).
  Result<void> segment(int bytes) const;
  // From here on datagrams that arrive together may be received as one (UDP_GRO, Linux 5.0).
  Result<void> merge() const;
  // The payload's size of the next datagram; an error after five seconds without one.
  Result<std::size_t> receive() const;

 private:
  explicit UdpSocket(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

// Sends whole frames as they are (AF_PACKET), and hears what arrives.
class FrameSocket {
 public:
  static Result<FrameSocket> open(const NetNs& netns, std::uint32_t ifindex);
  // `protocol` is what the sender says that it is.
  Result<void> send(const Frame& frame, std::uint16_t protocol) const;
  // From here on what is sent goes to the device at once, past qdiscs and classifiers (PACKET_QDISC_BYPASS,
  // Linux 3.14).
  Result<void> bypass_qdisc() const;
  // The next frame that came in; an error after five seconds without one.
  Result<Frame> receive() const;

 private:
  FrameSocket(Fd fd, std::uint32_t ifindex) : fd_(std::move(fd)), ifindex_(ifindex) {}

  Fd fd_;
  std::uint32_t ifindex_;
};

}  // namespace podmeter::tests
