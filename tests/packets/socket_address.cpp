// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/socket_address.hpp"

#include <netinet/in.h>

#include <cstring>

#include "tests/scopes/registry.hpp"

namespace podmeter::tests {

SocketAddress socket_address(const Endpoint& endpoint) {
  SocketAddress out;
  const auto ip = address(endpoint.ip);
  if (ip.is_ipv4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, ip.bytes.data(), 4);
    std::memcpy(&out.storage, &in, out.size = sizeof(in));
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(endpoint.port);
    std::memcpy(&in.sin6_addr, ip.bytes.data(), 16);
    std::memcpy(&out.storage, &in, out.size = sizeof(in));
  }
  return out;
}

}  // namespace podmeter::tests
