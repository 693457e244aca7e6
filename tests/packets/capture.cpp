// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/capture.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace podmeter::tests {
namespace {

constexpr int kBuffer = 64 << 20;  // the kernel doubles it
constexpr std::size_t kHeaders = 128;

unsigned read16(const std::uint8_t* at) {
  return static_cast<unsigned>(at[0] << 8 | at[1]);
}

Address address_at(const std::uint8_t* at, std::size_t size) {
  Address out;
  out.size = size;
  std::copy_n(at, size, out.bytes.begin());
  return out;
}

// An IP packet inside of a frame; a length of 0 where there is none.
struct IpPacket {
  std::size_t offset = 0, length = 0;
  Address from{}, to{};
};

IpPacket ip_packet(const std::uint8_t* frame, std::size_t held) {
  std::size_t offset = ETH_HLEN;
  while (offset + 4 <= held &&
         (read16(frame + offset - 2) == ETH_P_8021Q || read16(frame + offset - 2) == ETH_P_8021AD))
    offset += 4;
  const auto type = read16(frame + offset - 2);
  const auto* ip = frame + offset;
  if (type == ETH_P_IP && offset + 20 <= held)
    return {offset, read16(ip + 2), address_at(ip + 12, 4), address_at(ip + 16, 4)};
  if (type == ETH_P_IPV6 && offset + 40 <= held)
    return {offset, 40U + read16(ip + 4), address_at(ip + 8, 16), address_at(ip + 24, 16)};
  return {};
}

Result<Fd> open_tap(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(ETH_P_ALL);
  at.sll_ifindex = static_cast<int>(ifindex);
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof(kBuffer)) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) != 0)
    return system_error("capture on interface " + std::to_string(ifindex));
  return fd;
}

}  // namespace

Result<Capture> Capture::open(const NetNs& netns, std::uint32_t ifindex, std::vector<Flow> flows) {
  auto fd = open_tap(netns, ifindex);
  if (!fd)
    return fd.error();
  return Capture(std::move(*fd), std::move(flows));
}

Result<Traffic> Capture::read() {
  for (;;) {
    std::uint8_t frame[kHeaders];
    const auto size = ::recv(fd_.get(), frame, sizeof(frame), MSG_TRUNC);
    if (size < 0 && errno != EAGAIN)
      return system_error("read a captured frame");
    if (size < 0)
      break;
    const auto length = static_cast<std::size_t>(size);
    if (auto added = add(frame, length, std::min(length, sizeof(frame))); !added)
      return added.error();
  }
  if (auto whole = check_drops(); !whole)
    return whole.error();
  return traffic_;
}

Result<void> Capture::add(const std::uint8_t* frame, std::size_t size, std::size_t held) {
  const auto packet = ip_packet(frame, held);
  const auto between = [&](const Address& from, const Address& to) { return packet.from == from && packet.to == to; };
  const bool egress =
      std::any_of(flows_.begin(), flows_.end(), [&](auto& flow) { return between(flow.pod, flow.far); });
  const bool ingress =
      std::any_of(flows_.begin(), flows_.end(), [&](auto& flow) { return between(flow.far, flow.pod); });
  if (packet.length == 0 || egress == ingress)
    return {};
  if (packet.offset + packet.length != size)
    return Error{"an IP packet that says " + std::to_string(packet.length) + " bytes in a frame of " +
                 std::to_string(size)};
  auto& count = traffic_.of[egress ? PM_EGRESS : PM_INGRESS];
  count.bytes += packet.length;
  count.packets++;
  traffic_.longest = std::max<std::uint64_t>(traffic_.longest, packet.length);
  return {};
}

Result<void> Capture::check_drops() const {
  tpacket_stats stats{};
  socklen_t size = sizeof(stats);
  if (::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0)
    return system_error("ask for a capture's losses");
  if (stats.tp_drops != 0)
    return Error{"the capture lost " + std::to_string(stats.tp_drops) + " frames"};
  return {};
}

}  // namespace podmeter::tests
