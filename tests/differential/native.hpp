// SPDX-License-Identifier: Apache-2.0
// See native_meter.h.
#pragma once

#include "tests/differential/reference.hpp"

namespace podmeter::tests {

// Memory below 4 GiB for a native_frame. One at a time.
class LowMemory {
 public:
  static Result<LowMemory> map(std::size_t size);
  ~LowMemory();
  LowMemory(LowMemory&&) noexcept;
  LowMemory& operator=(LowMemory&&) = delete;

  [[nodiscard]] std::uint8_t* data() const { return data_; }

 private:
  LowMemory(std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint8_t* data_;
  std::size_t size_;
};

// Copies a packet to `memory` and counts it by the classifier's source, compiled for this machine. The packet's first
// `linear` bytes can be read in place.
Tally count_natively(const LowMemory& memory, const Packet& packet, std::size_t linear, const TablePages& scopes);

}  // namespace podmeter::tests
