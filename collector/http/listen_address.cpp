// SPDX-License-Identifier: Apache-2.0
#include "collector/http/listen_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace podmeter {
namespace {

bool is_ipv6_text(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool is_host_name(std::string_view host) {
  return std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

Result<std::string> parse_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    std::string host(text.substr(1, text.size() - 2));
    return is_ipv6_text(host) ? Result<std::string>(host) : Error{"'" + host + "' is not an IPv6 address"};
  }
  if (!is_host_name(text))
    return Error{"'" + std::string(text) + "' is not a host name or address; write an IPv6 address in brackets"};
  return std::string(text);
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::string doing = "'" + std::string(text) + "'";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return Error{doing + " has no port: write HOST:PORT, [IPv6]:PORT or :PORT"};
  auto host = parse_host(text.substr(0, colon));
  if (!host)
    return host.error().in(doing);
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress address{std::move(*host), 0};
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size())
    return Error{doing + ": '" + std::string(digits) + "' is not a port (0 to 65535)"};
  return address;
}

bool is_ipv6(const ListenAddress& address) {
  return address.host.find(':') != std::string::npos;
}

}  // namespace podmeter
