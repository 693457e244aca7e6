// SPDX-License-Identifier: Apache-2.0
// The built-in table, judged by the registries.
#include "bpf/scope_table/table_image.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "tests/scopes/registry.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

// The built-in table as it is put into the kernel, `private` in slot 1 and `public` in slot 2.
const TablePages& built_in_pages() {
  static const auto pages = compile(built_in_scopes(), {PM_SCOPE_PRIVATE, PM_SCOPE_PUBLIC}, 1);
  return *pages;
}

std::uint32_t scope_of(const Address& at) {
  Uint128 bits = 0;
  for (std::size_t i = 0; i < at.size; i++)
    bits = bits << 8 | at.bytes[i];
  return look_up(built_in_pages(), {at.is_ipv4() ? Family::kIpv4 : Family::kIpv6, bits});
}

struct Known {
  const char* text;
  pm_scope scope;
};

}  // namespace

TEST_CASE("every boundary of the special-purpose registries falls on the right side") {
  for (const auto& at : boundaries()) {
    INFO(text_of(at));
    CHECK(scope_of(at) == expected_scope(at));
  }
}

TEST_CASE("addresses that everyone knows are in the scope that everyone expects") {
  const auto& known = GENERATE(values<Known>({
      {"8.8.8.8", PM_SCOPE_PUBLIC},
      {"1.1.1.1", PM_SCOPE_PUBLIC},
      {"10.0.0.1", PM_SCOPE_PRIVATE},
      {"172.31.255.254", PM_SCOPE_PRIVATE},
      {"192.168.1.1", PM_SCOPE_PRIVATE},
      {"100.100.100.100", PM_SCOPE_PRIVATE},
      {"127.0.0.1", PM_SCOPE_PRIVATE},
      {"169.254.169.254", PM_SCOPE_PRIVATE},
      {"224.0.0.251", PM_SCOPE_PRIVATE},
      {"255.255.255.255", PM_SCOPE_PRIVATE},
      {"192.0.2.1", PM_SCOPE_PUBLIC},
      {"198.51.100.1", PM_SCOPE_PUBLIC},
      {"203.0.113.1", PM_SCOPE_PUBLIC},
      {"2606:4700:4700::1111", PM_SCOPE_PUBLIC},
      {"2001:4860:4860::8888", PM_SCOPE_PUBLIC},
      {"2001:db8::1", PM_SCOPE_PUBLIC},
      {"fd00::1", PM_SCOPE_PRIVATE},
      {"fe80::1", PM_SCOPE_PRIVATE},
      {"ff02::1", PM_SCOPE_PRIVATE},
      {"::1", PM_SCOPE_PRIVATE},
      {"::ffff:10.0.0.1", PM_SCOPE_PRIVATE},
      {"::ffff:8.8.8.8", PM_SCOPE_PUBLIC},
      {"64:ff9b::10.0.0.1", PM_SCOPE_PRIVATE},
      {"64:ff9b::8.8.8.8", PM_SCOPE_PUBLIC},
      {"::10.0.0.1", PM_SCOPE_PUBLIC},
      {"64:ff9b:0:1::10.0.0.1", PM_SCOPE_PUBLIC},
  }));
  INFO(known.text);
  CHECK(scope_of(address(known.text)) == known.scope);
  CHECK(expected_scope(address(known.text)) == known.scope);
}

TEST_CASE("every IPv4 network of 65536 addresses is in its scope, first and last address") {
  for (std::uint32_t top = 0; top < 0x10000; top++)
    for (const std::uint32_t low : {0U, 0xffffU}) {
      const std::uint32_t host = top << 16 | low;
      Address at{4, {}};
      for (std::size_t i = 0; i < 4; i++)
        at.bytes[i] = static_cast<std::uint8_t>(host >> (24 - 8 * i));
      if (scope_of(at) != expected_scope(at))
        FAIL(text_of(at));
    }
}

TEST_CASE("every IPv6 network of 32 bits is in its scope, first, second and last address") {
  // 2001::/16 by every 32-bit network; the rest of the space by its top 16 bits.
  for (std::uint32_t i = 0; i < 0x20000; i++) {
    const std::uint32_t top = i < 0x10000 ? i << 16 : 0x20010000 | (i & 0xffff);
    for (const std::uint32_t low : {0U, 1U, 0xffffffffU}) {
      const std::uint32_t fill = low == 1 ? 0 : low;
      Address at;
      for (std::size_t b = 0; b < 4; b++) {
        at.bytes[b] = static_cast<std::uint8_t>(top >> (24 - 8 * b));
        at.bytes[4 + b] = at.bytes[8 + b] = static_cast<std::uint8_t>(fill);
        at.bytes[12 + b] = static_cast<std::uint8_t>(b == 3 ? low : fill);
      }
      if (scope_of(at) != expected_scope(at))
        FAIL(text_of(at));
    }
  }
}

}  // namespace podmeter::tests
