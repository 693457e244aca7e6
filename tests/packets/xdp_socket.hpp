// SPDX-License-Identifier: Apache-2.0
// Sends whole frames by AF_XDP (Linux 4.18), in the copy mode that every device takes: past qdiscs and classifiers.
#pragma once

#include <cstdint>
#include <memory>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "tests/packets/packet_builder.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

// Memory that the kernel writes to or reads from; unmapped when it goes.
struct Unmap {
  std::size_t size = 0;
  void operator()(std::uint8_t* memory) const;
};
using SharedMemory = std::unique_ptr<std::uint8_t, Unmap>;

// A ring of descriptors between a process and the kernel: two counters that only grow, and what they count.
struct XdpRing {
  SharedMemory memory;
  std::uint32_t* producer = nullptr;
  std::uint32_t* consumer = nullptr;
  std::uint8_t* entries = nullptr;
};

class XdpSocket {
 public:
  // On the interface's first queue.
  static Result<XdpSocket> open(const NetNs& netns, std::uint32_t ifindex);

  // Sends a frame of at most 2,048 bytes and waits until the device is through with it; an error after a second.
  Result<void> send(const Frame& frame);

 private:
  XdpSocket(Fd fd, SharedMemory frames, XdpRing sending, XdpRing sent)
      : fd_(std::move(fd)), frames_(std::move(frames)), sending_(std::move(sending)), sent_(std::move(sent)) {}

  Fd fd_;
  SharedMemory frames_;
  XdpRing sending_, sent_;
};

}  // namespace podmeter::tests
