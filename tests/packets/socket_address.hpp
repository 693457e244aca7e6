// SPDX-License-Identifier: Apache-2.0
// An IP address and port as the socket calls take it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace podmeter::tests {

struct Endpoint {
  std::string ip;
  std::uint16_t port = 0;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const Endpoint& endpoint);

}  // namespace podmeter::tests
