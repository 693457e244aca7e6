// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// Where to listen: a host name, an IPv4 or an IPv6 address (without brackets), or "" for every address of the machine.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

// "host:port", "[v6]:port" or ":port". Port 0 asks the kernel for a free one.
Result<ListenAddress> parse_listen_address(std::string_view text);
[[nodiscard]] bool is_ipv6(const ListenAddress& address);

}  // namespace podmeter
