// SPDX-License-Identifier: Apache-2.0
#include "tests/scopes/prefixes_by_length.hpp"

#include <optional>

namespace podmeter::tests {
namespace {

// A shift by all 128 bits would be undefined.
Uint128 without_last(unsigned bits, Uint128 from) {
  return bits == 128 ? 0 : from >> bits;
}

// The IPv4 address in ::ffff:0:0/96 (RFC 4291, 2.5.5.2) and 64:ff9b::/96 (RFC 6052, 2.1).
std::optional<Uint128> ipv4_inside(Uint128 ipv6) {
  const Uint128 mapped = 0xffff, nat64 = Uint128{0x0064ff9b} << 64, first_96_bits = ipv6 >> 32;
  if (first_96_bits != mapped && first_96_bits != nat64)
    return std::nullopt;
  return ipv6 & 0xffffffff;
}

}  // namespace

std::size_t PrefixesByLength::Hash::operator()(Uint128 bits) const {
  const auto upper = static_cast<std::uint64_t>(bits >> 64), lower = static_cast<std::uint64_t>(bits);
  return (upper * 31 + lower) * 0x9e3779b97f4a7c15U >> 16;
}

PrefixesByLength::PrefixesByLength(const ScopeSet& scopes) : default_scope_(scopes.default_scope) {
  for (const auto& [prefix, scope] : scopes.prefixes) {
    const bool ipv4 = prefix.network.family == Family::kIpv4;
    const unsigned behind = (ipv4 ? 32 : 128) - prefix.length;
    (ipv4 ? ipv4_ : ipv6_)[behind][without_last(behind, prefix.network.bits)] = scope;
  }
}

std::size_t PrefixesByLength::scope_of(const podmeter::Address& address) const {
  const auto inside = address.family == Family::kIpv6 ? ipv4_inside(address.bits) : address.bits;
  for (const auto& [behind, networks] : inside ? ipv4_ : ipv6_) {
    const auto found = networks.find(without_last(behind, inside.value_or(address.bits)));
    if (found != networks.end())
      return found->second;
  }
  return default_scope_;
}

}  // namespace podmeter::tests
