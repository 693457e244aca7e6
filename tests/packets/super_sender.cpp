// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/super_sender.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>

#include "tests/pods/netlink.hpp"

namespace podmeter::tests {
namespace {

constexpr char kTun[] = "tun0";
constexpr std::uint16_t kTcpChecksum = 16, kUdpChecksum = 6;  // offsets in the transport header

// struct virtio_net_hdr: <linux/virtio_net.h> is no C++.
struct VnetHeader {
  std::uint8_t flags, gso_type;
  std::uint16_t hdr_len, gso_size, csum_start, csum_offset;
};
static_assert(sizeof(VnetHeader) == 10);
constexpr std::uint8_t kNeedsChecksum = 1;

VnetHeader header_of(const SuperPacket& packet) {
  if (packet.cut == Cut::kNone)
    return {};
  const bool tcp = packet.cut == Cut::kTcpIpv4 || packet.cut == Cut::kTcpIpv6;
  return {.flags = kNeedsChecksum,
          .gso_type = static_cast<std::uint8_t>(packet.cut),
          .hdr_len = 0,
          .gso_size = packet.size,
          .csum_start = packet.transport,
          .csum_offset = tcp ? kTcpChecksum : kUdpChecksum};
}

}  // namespace

Result<SuperSender> SuperSender::open(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));  // protocol 0: it receives nothing
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_ifindex = static_cast<int>(ifindex);
  const int on = 1;
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) != 0)
    return system_error("open a socket for super-packets");
  return SuperSender(std::move(fd), ifindex);
}

Result<SuperSender> SuperSender::make_tun(const NetNs& netns) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  ifreq request{};
  std::copy_n(kTun, sizeof(kTun), request.ifr_name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (!fd.valid() || ::ioctl(fd.get(), TUNSETIFF, &request) != 0)
    return system_error("make a tun device");
  auto socket = connect_rtnetlink();
  if (!socket)
    return socket.error();
  const auto ifindex = ::if_nametoindex(kTun);
  if (auto up = bring_up(socket->get(), ifindex); !up)
    return up.error();
  return SuperSender(std::move(fd), ifindex);
}

Result<void> SuperSender::send(const SuperPacket& packet) const {
  auto header = header_of(packet);
  auto frame = packet.frame;
  const iovec parts[] = {{&header, sizeof(header)}, {frame.data(), frame.size()}};
  if (::writev(fd_.get(), parts, 2) != static_cast<ssize_t>(sizeof(header) + frame.size()))
    return system_error("send a super-packet of " + std::to_string(frame.size()) + " bytes");
  return {};
}

}  // namespace podmeter::tests
