// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/xdp_socket.hpp"

#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace podmeter::tests {
namespace {

constexpr std::uint32_t kFrames = 64;  // one for each place in a ring
constexpr std::uint64_t kFrameMax = 2048;
constexpr int kTries = 1000;

Result<SharedMemory> map(int fd, std::size_t size, std::uint64_t offset) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, static_cast<off_t>(offset));
  if (memory == MAP_FAILED)
    return system_error("map memory of an AF_XDP socket");
  return SharedMemory(static_cast<std::uint8_t*>(memory), Unmap{size});
}

Result<XdpRing> map_ring(int socket, std::uint64_t page, const xdp_ring_offset& offsets) {
  auto memory = map(socket, offsets.desc + kFrames * sizeof(xdp_desc), page);
  if (!memory)
    return memory.error();
  std::uint8_t* base = memory->get();
  return XdpRing{std::move(*memory), reinterpret_cast<std::uint32_t*>(base + offsets.producer),
                 reinterpret_cast<std::uint32_t*>(base + offsets.consumer), base + offsets.desc};
}

// The kernel wants all of a umem's rings, also those that nothing is received by.
bool make_rings(int socket, const SharedMemory& frames) {
  xdp_umem_reg umem{};
  umem.addr = reinterpret_cast<std::uint64_t>(frames.get());
  umem.len = kFrames * kFrameMax;
  umem.chunk_size = kFrameMax;
  if (::setsockopt(socket, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) != 0)
    return false;
  return std::ranges::all_of(
      std::initializer_list<int>{XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_TX_RING},
      [&](int ring) { return ::setsockopt(socket, SOL_XDP, ring, &kFrames, sizeof(kFrames)) == 0; });
}

bool bind_to(int socket, std::uint32_t ifindex) {
  sockaddr_xdp at{};
  at.sxdp_family = AF_XDP;
  at.sxdp_flags = XDP_COPY | XDP_USE_NEED_WAKEUP;
  at.sxdp_ifindex = ifindex;
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
}

}  // namespace

void Unmap::operator()(std::uint8_t* memory) const {
  ::munmap(memory, size);
}

Result<XdpSocket> XdpSocket::open(const NetNs& netns, std::uint32_t ifindex) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  auto frames = map(-1, kFrames * kFrameMax, 0);
  if (!frames)
    return frames.error();
  xdp_mmap_offsets offsets{};
  socklen_t size = sizeof(offsets);
  if (!fd.valid() || !make_rings(fd.get(), *frames) ||
      ::getsockopt(fd.get(), SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size) != 0)
    return system_error("open an AF_XDP socket");
  auto sending = map_ring(fd.get(), XDP_PGOFF_TX_RING, offsets.tx);
  auto sent = map_ring(fd.get(), XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr);
  if (!sending || !sent)
    return sending ? sent.error() : sending.error();
  if (!bind_to(fd.get(), ifindex))
    return system_error("bind an AF_XDP socket to interface " + std::to_string(ifindex));
  return XdpSocket(std::move(fd), std::move(*frames), std::move(*sending), std::move(*sent));
}

Result<void> XdpSocket::send(const Frame& frame) {
  const std::uint32_t number = *sending_.producer, place = number % kFrames;
  std::ranges::copy(frame, frames_.get() + place * kFrameMax);
  const xdp_desc descriptor{place * kFrameMax, static_cast<std::uint32_t>(frame.size()), 0};
  std::memcpy(sending_.entries + place * sizeof(descriptor), &descriptor, sizeof(descriptor));
  __atomic_store_n(sending_.producer, number + 1, __ATOMIC_RELEASE);
  for (int tries = 0; tries < kTries; tries++) {
    if (::sendto(fd_.get(), nullptr, 0, MSG_DONTWAIT, nullptr, 0) < 0 && errno != EAGAIN && errno != EBUSY)
      return system_error("send a frame of " + std::to_string(frame.size()) + " bytes by AF_XDP");
    if (__atomic_load_n(sent_.producer, __ATOMIC_ACQUIRE) == number + 1) {
      __atomic_store_n(sent_.consumer, number + 1, __ATOMIC_RELEASE);
      return {};
    }
    ::usleep(1000);
  }
  return system_error("send a frame by AF_XDP", ETIMEDOUT);
}

}  // namespace podmeter::tests
