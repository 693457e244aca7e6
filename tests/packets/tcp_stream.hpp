// SPDX-License-Identifier: Apache-2.0
// A TCP connection whose both ends one thread holds.
#pragma once

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "tests/packets/socket_address.hpp"
#include "tests/pods/net_ns.hpp"

namespace podmeter::tests {

class TcpStream {
 public:
  // From one namespace to an address of another. No more than twice `window` bytes are ever on their way: the queues in
  // between hold them, so that none is lost.
  static Result<TcpStream> connect(const NetNs& from, const NetNs& to, const Endpoint& at, int window);

  // Sends, and receives all of it at the other end; an error after five seconds in which nothing arrives.
  Result<void> send(std::size_t bytes) const;
  // Both ends, in order; every segment is answered when this returns.
  Result<void> close();

 private:
  TcpStream(Fd from, Fd to) : from_(std::move(from)), to_(std::move(to)) {}

  Fd from_, to_;
};

}  // namespace podmeter::tests
