// SPDX-License-Identifier: Apache-2.0
// Addresses to listen on, as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// `host` is a host name, an IPv4 address, an IPv6 address without brackets, or "" for all addresses of the machine.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

// Parses HOST:PORT, [IPv6]:PORT or :PORT. With port 0 the kernel chooses a free port.
Result<ListenAddress> parse_listen_address(std::string_view text);
[[nodiscard]] bool is_ipv6(const ListenAddress& address);

}  // namespace podmeter
