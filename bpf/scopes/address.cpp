// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/address.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <span>

namespace podmeter {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Uint128 number(std::span<const std::uint8_t> bytes) {
  Uint128 bits = 0;
  for (const auto byte : bytes)
    bits = bits << 8 | byte;
  return bits;
}

Uint128 all_ones(unsigned bits) {
  return bits == 0 ? 0 : ~Uint128{0} >> (128 - bits);
}

// The mask of the bits behind a prefix's length.
Uint128 host_bits(const Prefix& prefix) {
  return all_ones(width(prefix.network.family) - prefix.length);
}

constexpr Uint128 kMapped = Uint128{0xffff} << 32;                // ::ffff:0:0, RFC 4291 section 2.5.5.2
constexpr Uint128 kNat64 = Uint128{0x0064ff9b00000000ULL} << 64;  // 64:ff9b::, RFC 6052 section 2.1

bool holds_ipv4(Uint128 bits) {
  const Uint128 upper = bits >> 32 << 32;
  return upper == kMapped || upper == kNat64;
}

}  // namespace

unsigned width(Family family) {
  return family == Family::kIpv4 ? 32 : 128;
}

Address looked_up(const Address& address) {
  if (address.family == Family::kIpv6 && holds_ipv4(address.bits))
    return {Family::kIpv4, address.bits & all_ones(32)};
  return address;
}

bool Prefix::holds(const Address& address) const {
  return address.family == network.family && (address.bits & ~host_bits(*this)) == network.bits;
}

Uint128 Prefix::last() const {
  return network.bits | host_bits(*this);
}

Result<Address> parse_address(const std::string& text) {
  Bytes bytes{};
  if (text.find('\0') != std::string::npos)
    return Error{"'" + text + "' is not an IP address"};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return Address{Family::kIpv4, number(std::span(bytes).first<4>())};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    return Address{Family::kIpv6, number(bytes)};
  return Error{"'" + text + "' is not an IP address"};
}

Result<Prefix> parse_prefix(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address)
    return Error{"'" + text + "' is not a prefix: " + address.error().text};
  const unsigned longest = width(address->family);
  if (slash == std::string::npos)
    return Error{"'" + text + "' is not a prefix: for the address alone write " + text + '/' + std::to_string(longest)};
  Prefix prefix{*address, 0};
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data() + slash + 1, end, prefix.length);
  if (failed != std::errc() || stop != end || prefix.length > longest)
    return Error{"'" + text + "' is not a prefix: its length must be 0 to " + std::to_string(longest)};
  if (Uint128 host = host_bits(prefix); (prefix.network.bits & host) != 0) {
    prefix.network.bits &= ~host;
    return Error{"'" + text + "' has bits set behind its length; the network is " + to_text(prefix)};
  }
  return prefix;
}

std::string to_text(const Address& address) {
  Bytes bytes{};
  const std::size_t size = width(address.family) / 8;
  for (std::size_t i = 0; i < size; i++)
    bytes[size - 1 - i] = static_cast<std::uint8_t>(address.bits >> (8 * i));
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(address.family == Family::kIpv4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::string to_text(const Prefix& prefix) {
  return to_text(prefix.network) + '/' + std::to_string(prefix.length);
}

}  // namespace podmeter
