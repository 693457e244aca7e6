// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/sockets.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

namespace podmeter::tests {
namespace {

Result<Fd> open_socket(const NetNs& netns, int family, int type, int protocol) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::socket(family, type | SOCK_CLOEXEC, protocol));
  const timeval patience{5, 0};
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0)
    return system_error("open a socket");
  return fd;
}

}  // namespace

Result<UdpSocket> UdpSocket::open(const NetNs& netns, const Endpoint& local) {
  const auto at = socket_address(local);
  auto fd = open_socket(netns, at.storage.ss_family, SOCK_DGRAM, 0);
  if (!fd)
    return fd.error();
  if (::bind(fd->get(), at.get(), at.size) != 0)
    return system_error("bind to " + local.ip);
  return UdpSocket(std::move(*fd));
}

Result<void> UdpSocket::send(std::size_t bytes, const Endpoint& to) const {
  const Frame payload(bytes, 'x');
  const auto at = socket_address(to);
  if (::sendto(fd_.get(), payload.data(), payload.size(), 0, at.get(), at.size) != static_cast<ssize_t>(bytes))
    return system_error("send " + std::to_string(bytes) + " bytes to " + to.ip);
  return {};
}

Result<void> UdpSocket::segment(int bytes) const {
  if (::setsockopt(fd_.get(), SOL_UDP, UDP_SEGMENT, &bytes, sizeof(bytes)) != 0)
    return system_error("set UDP_SEGMENT");
  return {};
}

Result<void> UdpSocket::merge() const {
  const int on = 1;
  if (::setsockopt(fd_.get(), SOL_UDP, UDP_GRO, &on, sizeof(on)) != 0)
    return system_error("set UDP_GRO");
  return {};
}

Result<std::size_t> UdpSocket::receive() const {
  char buffer[65536];
  const auto size = ::recv(fd_.get(), buffer, sizeof(buffer), 0);
  if (size < 0)
    return system_error("receive a datagram");
  return static_cast<std::size_t>(size);
}

Result<FrameSocket> FrameSocket::open(const NetNs& netns, std::uint32_t ifindex) {
  auto fd = open_socket(netns, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  if (!fd)
    return fd.error();
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(ETH_P_ALL);
  at.sll_ifindex = static_cast<int>(ifindex);
  if (::bind(fd->get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) != 0)
    return system_error("bind to interface " + std::to_string(ifindex));
  return FrameSocket(std::move(*fd), ifindex);
}

Result<void> FrameSocket::send(const Frame& frame, std::uint16_t protocol) const {
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(protocol);
  to.sll_ifindex = static_cast<int>(ifindex_);
  to.sll_halen = ETH_ALEN;
  std::copy_n(frame.begin(), ETH_ALEN, to.sll_addr);
  const auto* at = reinterpret_cast<const sockaddr*>(&to);
  if (::sendto(fd_.get(), frame.data(), frame.size(), 0, at, sizeof(to)) != static_cast<ssize_t>(frame.size()))
    return system_error("send a frame of " + std::to_string(frame.size()) + " bytes");
  return {};
}

Result<void> FrameSocket::bypass_qdisc() const {
  const int on = 1;
  if (::setsockopt(fd_.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) != 0)
    return system_error("set PACKET_QDISC_BYPASS");
  return {};
}

Result<Frame> FrameSocket::receive() const {
  Frame frame(65536);
  for (;;) {
    sockaddr_ll from{};
    socklen_t length = sizeof(from);
    const auto size = ::recvfrom(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0)
      return system_error("receive a frame");
    if (from.sll_pkttype == PACKET_OUTGOING)
      continue;
    frame.resize(static_cast<std::size_t>(size));
    return frame;
  }
}

}  // namespace podmeter::tests
