// SPDX-License-Identifier: Apache-2.0
#include "bpf/kernel/wire.h"

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

struct Length {
  const char* what;
  __u32 header, claimed, present, expected;
};

struct Segments {
  const char* what;
  __u32 length, headers, gso_size, gso_segs, expected;
};

}  // namespace

TEST_CASE("an IP packet is as long as its header claims, unless that can't be") {
  const auto& row = GENERATE(values<Length>({
      {"exact", 20, 1500, 1500, 1500},
      {"padding is not counted", 20, 40, 46, 40},
      {"a header alone", 20, 20, 46, 20},
      {"less than its own header", 20, 19, 46, 46},
      {"less than its options", 60, 40, 60, 60},
      {"nothing claimed", 20, 0, 1500, 1500},
      {"more than there is", 20, 65535, 60, 60},
      {"one more than there is", 20, 61, 60, 60},
      {"longer than 16 bits", 40, 0, 100000, 100000},
  }));
  INFO(row.what);
  CHECK(pm_ip_length(row.header, row.claimed, row.present) == row.expected);
}

TEST_CASE("a super-packet is as many packets as the kernel says, or as its payload fills") {
  const auto& row = GENERATE(values<Segments>({
      {"the kernel's own count", 40 + 2896, 40, 1448, 2, 2},
      {"the kernel's count is not second-guessed", 40 + 2896, 40, 1448, 7, 7},
      {"whole segments", 40 + 2896, 40, 1448, 0, 2},
      {"a last short one", 40 + 2897, 40, 1448, 0, 3},
      {"one", 40 + 1448, 40, 1448, 0, 1},
      {"one byte", 41, 40, 1448, 0, 1},
      {"headers alone", 40, 40, 1448, 0, 1},
      {"less than its headers", 30, 40, 1448, 0, 1},
      {"one byte a segment", 65535, 40, 1, 0, 65495},
      {"the largest segment", 65535, 40, 65535, 0, 1},
      {"a big TCP packet", 524280, 80, 1440, 0, 365},
  }));
  INFO(row.what);
  CHECK(pm_segments(row.length, row.headers, row.gso_size, row.gso_segs) == row.expected);
}

}  // namespace podmeter::tests
