// SPDX-License-Identifier: Apache-2.0
// The IANA special-purpose registries as a list of rows, and what the rule of the built-in scopes (README, "Scopes")
// makes of an address by looking through all of them: slow, plain, and written apart from the code that it judges.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bpf/kernel/abi.h"

namespace podmeter::tests {

// An IPv4 (4 bytes) or IPv6 (16 bytes) address in network order.
struct Address {
  std::size_t size = 16;
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Address&) const = default;
  [[nodiscard]] bool is_ipv4() const { return size == 4; }
};

// Ends the process where the text is no address: it is a mistake in a test.
Address address(const std::string& text);
std::string text_of(const Address& address);
// The neighbours; none before the first address of a family or after its last.
std::optional<Address> before(Address address);
std::optional<Address> after(Address address);
// The IPv6 address whose first 96 bits are `prefix`'s and whose last 32 are the IPv4 address.
Address embed(const Address& prefix, const Address& ipv4);

struct Prefix {
  Address first;
  Address last;
  std::size_t length = 0;
};
Prefix prefix(const std::string& text);

// The registry's column "Globally Reachable"; multicast isn't in the registries.
enum class Reachable : std::uint8_t { kFalse, kTrue, kNotApplicable, kDocumentation, kMulticast };

struct Row {
  const char* prefix;
  Reachable reachable;
  const char* name;
};
const std::vector<Row>& registry();

// `private` or `public` by the longest row that matches; mapped and NAT64 addresses by the IPv4 address inside.
pm_scope expected_scope(const Address& address);
// The first and last address of every row and the ones just outside; the IPv4 ones also mapped and behind NAT64.
std::vector<Address> boundaries();

}  // namespace podmeter::tests
