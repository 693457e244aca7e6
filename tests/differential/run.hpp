// SPDX-License-Identifier: Apache-2.0
// The meter and the reference, compared over many packets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"

namespace podmeter::tests {

struct Comparisons {
  std::uint64_t compared = 0;
  std::uint64_t refused = 0;  // by the kernel: it runs no program on an untagged frame that ends in its IP header
  std::vector<std::string> differences{};  // the first twenty
};

// Compares about that many packets, the same ones for the same seed, over all differential_tables().
Result<Comparisons> compare_random(std::uint64_t packets, std::uint64_t seed);
// Every hand-made packet whole and cut off at every byte of its headers, in both directions, with the built-in scopes.
Result<Comparisons> compare_cut();

}  // namespace podmeter::tests
