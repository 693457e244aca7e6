// SPDX-License-Identifier: Apache-2.0
// Longest match by the words of its definition: the longest length first, is the address's network of it there? Shares
// nothing with the code that it judges but what a ScopeSet is.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>

#include "bpf/scopes/scope_set.hpp"

namespace podmeter::tests {

class PrefixesByLength {
 public:
  explicit PrefixesByLength(const ScopeSet& scopes);

  // Index into the names. An IPv4-mapped or NAT64 address is judged by the IPv4 address in it.
  [[nodiscard]] std::size_t scope_of(const podmeter::Address& address) const;

 private:
  struct Hash {
    std::size_t operator()(Uint128 bits) const;
  };
  // By how many bits are behind the network's: the fewest, so the longest prefixes, first.
  using Networks = std::map<unsigned, std::unordered_map<Uint128, std::size_t, Hash>>;

  Networks ipv4_, ipv6_;
  std::size_t default_scope_;
};

}  // namespace podmeter::tests
