// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/native.hpp"

#include <linux/if_ether.h>
#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "tests/differential/native_meter.h"

namespace podmeter::tests {
namespace {

std::uint32_t slot_of(const native_count& count, const TablePages& scopes) {
  if (count.version == 0)
    return PM_SCOPE_OTHER;
  if (count.version == 4)
    return look_up(scopes, {Family::kIpv4, count.ipv4});
  return look_up(scopes, {Family::kIpv6, Uint128{count.ipv6_high} << 64 | count.ipv6_low});
}

}  // namespace

Result<LowMemory> LowMemory::map(std::size_t size) {
  constexpr std::uintptr_t kHint = 0x20000000, kEnd = 0xffffffff;
  auto* const hint = reinterpret_cast<void*>(kHint);  // NOLINT(performance-no-int-to-ptr): nothing lies there
  void* const at = ::mmap(hint, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return system_error("map memory");
  LowMemory memory(static_cast<std::uint8_t*>(at), size);
  if (reinterpret_cast<std::uintptr_t>(at) + size > kEnd)
    return Error{"map memory below 4 GiB", ENOMEM};
  return memory;
}

LowMemory::LowMemory(LowMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

LowMemory::~LowMemory() {
  if (data_ != nullptr)
    ::munmap(data_, size_);
}

Tally count_natively(const LowMemory& memory, const Packet& packet, std::size_t linear, const TablePages& scopes) {
  std::ranges::copy(packet.frame, memory.data());
  const auto length = static_cast<std::uint32_t>(packet.frame.size());
  const native_frame frame{memory.data(), length, static_cast<std::uint32_t>(linear), packet.gso.size,
                           packet.gso.segments};
  const auto count = ::native_read(&frame, packet.direction, packet.link_layer == LinkLayer::kEthernet ? ETH_HLEN : 0U);
  return {slot_of(count, scopes), count.bytes, count.packets};
}

}  // namespace podmeter::tests
