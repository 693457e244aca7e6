// SPDX-License-Identifier: Apache-2.0
// Numbers that come again with the same seed, whatever compiler and library: what std's distributions make of an engine
// differs, and so does the order of a call's arguments, so that of those one at most may ask for a number.
#pragma once

#include <cstdint>
#include <iterator>
#include <random>

#include "bpf/scopes/address.hpp"

namespace podmeter::tests {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t word() { return engine_(); }
  // `end` is not 0.
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  bool one_in(std::uint64_t chances) { return below(chances) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(engine_()); }
  Uint128 bits() {
    const Uint128 high = engine_();
    return high << 64 | engine_();
  }
  // One of a container or array that is not empty.
  template <class Container>
  const auto& pick(const Container& from) {
    return from[below(std::size(from))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace podmeter::tests
