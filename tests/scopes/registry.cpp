// SPDX-License-Identifier: Apache-2.0
#include "tests/scopes/registry.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>

namespace podmeter::tests {
namespace {

bool matches(const Prefix& row, const Address& address) {
  return row.first.size == address.size && row.first.bytes <= address.bytes && address.bytes <= row.last.bytes;
}

std::optional<Address> ipv4_inside(const Address& address) {
  static const Prefix holders[] = {prefix("::ffff:0:0/96"), prefix("64:ff9b::/96")};
  if (std::none_of(std::begin(holders), std::end(holders), [&](const auto& row) { return matches(row, address); }))
    return std::nullopt;
  Address inside{4, {}};
  std::copy_n(address.bytes.begin() + 12, 4, inside.bytes.begin());
  return inside;
}

bool is_private(Reachable reachable) {
  return reachable == Reachable::kFalse || reachable == Reachable::kMulticast;
}

}  // namespace

Address address(const std::string& text) {
  Address out;
  out.size = text.find(':') == std::string::npos ? 4 : 16;
  if (inet_pton(out.is_ipv4() ? AF_INET : AF_INET6, text.c_str(), out.bytes.data()) != 1)
    std::abort();
  return out;
}

std::string text_of(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(address.is_ipv4() ? AF_INET : AF_INET6, address.bytes.data(), text, sizeof(text));
}

std::optional<Address> before(Address address) {
  for (std::size_t i = address.size; i-- > 0;)
    if (address.bytes[i]-- != 0x00)
      return address;
  return std::nullopt;
}

std::optional<Address> after(Address address) {
  for (std::size_t i = address.size; i-- > 0;)
    if (address.bytes[i]++ != 0xff)
      return address;
  return std::nullopt;
}

Address embed(const Address& prefix, const Address& ipv4) {
  Address out = prefix;
  std::copy_n(ipv4.bytes.begin(), 4, out.bytes.begin() + 12);
  return out;
}

Prefix prefix(const std::string& text) {
  const auto slash = text.find('/');
  Prefix out;
  out.first = out.last = address(text.substr(0, slash));
  out.length = std::stoul(text.substr(slash + 1));
  for (std::size_t bit = out.length; bit < out.first.size * 8; bit++)
    out.last.bytes[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  return out;
}

pm_scope expected_scope(const Address& address) {
  if (const auto inside = ipv4_inside(address))
    return expected_scope(*inside);
  static const auto prefixes = [] {
    std::vector<Prefix> all;
    for (const auto& row : registry())
      all.push_back(prefix(row.prefix));
    return all;
  }();
  std::size_t longest = 0;
  pm_scope scope = PM_SCOPE_PUBLIC;
  for (std::size_t i = 0; i < prefixes.size(); i++)
    if (matches(prefixes[i], address) && prefixes[i].length >= longest) {
      longest = prefixes[i].length;
      scope = is_private(registry()[i].reachable) ? PM_SCOPE_PRIVATE : PM_SCOPE_PUBLIC;
    }
  return scope;
}

std::vector<Address> boundaries() {
  std::vector<Address> all;
  for (const auto& row : registry()) {
    const auto range = prefix(row.prefix);
    for (const auto& at :
         {before(range.first), std::optional(range.first), std::optional(range.last), after(range.last)})
      if (at)
        all.push_back(*at);
  }
  const std::vector<Address> plain = all;
  for (const auto& at : plain)
    if (at.is_ipv4())
      for (const auto* holder : {"::ffff:0:0", "64:ff9b::"})
        all.push_back(embed(address(holder), at));
  return all;
}

}  // namespace podmeter::tests
