// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/table_image.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include "bpf/kernel/scope_lookup.h"
#include "bpf/scope_table/ranges.hpp"
#include "bpf/scope_table/table_builder.hpp"
#include "bpf/scopes/scope_file.hpp"

// `context` is a TablePages.
static inline const pm_page* pm_page_of(void* context, __u32 slot) {
  const auto& pages = *static_cast<const podmeter::TablePages*>(context);
  const std::size_t page = slot - podmeter::head_of(pages).first_slot;
  return page < pages.size() ? pages[page].get() : nullptr;
}

namespace podmeter {
namespace {

std::uint64_t high_half(Uint128 bits) {
  return static_cast<std::uint64_t>(bits >> 64);
}

std::uint64_t low_half(Uint128 bits) {
  return static_cast<std::uint64_t>(bits);
}

KeySpace ipv4_keys(const ScopeSet& scopes, const ScopeSlots& slots) {
  KeySpace keys{{}, 0xffffffff};
  for (const auto& range : flatten(scopes, Family::kIpv4))
    keys.ranges.push_back({low_half(range.start), slots[range.scope]});
  return keys;
}

// The low halves of ranges with one high half. `before` is the scope of the range before them.
KeySpace low_keys(std::span<const Range> ranges, std::uint32_t before, const ScopeSlots& slots) {
  KeySpace keys{{}, ~std::uint64_t{0}};
  if (low_half(ranges.front().start) != 0)
    keys.ranges.push_back({0, before});
  for (const auto& range : ranges)
    keys.ranges.push_back({low_half(range.start), slots[range.scope]});
  return keys;
}

void put_range(std::vector<KeyRange>& ranges, const KeyRange& range) {
  if (!ranges.empty() && ranges.back().start == range.start)
    ranges.back() = range;
  else
    ranges.push_back(range);
}

// Turns ranges of 128 bits into ranges of high halves. A high half in which a range starts gets a node for low halves.
KeySpace high_keys(TableBuilder& builder, const std::vector<Range>& ranges, const ScopeSlots& slots) {
  KeySpace keys{{}, ~std::uint64_t{0}};
  std::uint32_t before = slots[ranges.front().scope];
  for (auto range = ranges.begin(); range != ranges.end();) {
    const std::uint64_t high = high_half(range->start);
    const auto end = std::find_if(range, ranges.end(), [&](const Range& r) { return high_half(r.start) != high; });
    const KeySpace lows = low_keys({range, end}, before, slots);
    before = slots[std::prev(end)->scope];
    if (lows.ranges.size() == 1) {
      put_range(keys.ranges, {high, before});
    } else {
      put_range(keys.ranges, {high, builder.add_root(lows) | PM_LOW});
      if (high != keys.last)
        put_range(keys.ranges, {high + 1, before});
    }
    range = end;
  }
  return keys;
}

// Appends the text behind the table, on new pages where it needs them.
Result<void> append_text(TablePages& pages, std::string_view text) {
  constexpr std::size_t kPageBytes = sizeof(pm_page);
  pm_head& head = head_of(pages);
  head.text_bytes = text.size();
  for (std::size_t at = head.text * sizeof(__u32); !text.empty(); at = pages.size() * kPageBytes) {
    if (at == pages.size() * kPageBytes)
      pages.push_back(std::make_unique<pm_page>());
    const auto part = text.substr(0, pages.size() * kPageBytes - at);
    std::memcpy(reinterpret_cast<char*>(pages.back()->word) + at % kPageBytes, part.data(), part.size());
    text.remove_prefix(part.size());
  }
  head.pages = static_cast<std::uint32_t>(pages.size());
  if (pages.size() > PM_PAGES)
    return too_large();
  return {};
}

}  // namespace

Error too_large() {
  return {"too many prefixes: the scope table would be larger than " + std::to_string(PM_PAGES) + " MiB", E2BIG};
}

Result<TablePages> compile(const ScopeSet& scopes, const ScopeSlots& slots, std::uint32_t first_slot) {
  constexpr std::uint64_t kGlobal = std::uint64_t{PM_GLOBAL} << 61, kGlobalEnd = kGlobal | (kGlobal - 1);
  constexpr std::uint32_t kGlobalAt = PM_IPV4_INDEX, kOthersAt = kGlobalAt + PM_GLOBAL_INDEX;
  constexpr auto kBehindAt = kOthersAt + static_cast<std::uint32_t>((kGlobalEnd >> PM_IPV6_SHIFT) + 1);
  TableBuilder builder(first_slot);
  builder.fill_index(0, ipv4_keys(scopes, slots), PM_IPV4_SHIFT);
  const KeySpace high = high_keys(builder, flatten(scopes, Family::kIpv6), slots);
  builder.fill_index(kGlobalAt, high.part(kGlobal, kGlobalEnd), PM_GLOBAL_SHIFT);
  builder.fill_index(kOthersAt, high.part(0, kGlobal - 1), PM_IPV6_SHIFT);
  builder.fill_index(kBehindAt, high.part(kGlobalEnd + 1, high.last), PM_IPV6_SHIFT);
  auto pages = builder.finish();
  if (!pages)
    return pages;
  for (const auto slot : slots)
    head_of(*pages).slots |= 1U << slot;
  if (auto kept = append_text(*pages, to_text(scopes)); !kept)
    return kept.error();
  return pages;
}

pm_head& head_of(const TablePages& pages) {
  return *reinterpret_cast<pm_head*>(pages.front()->word + PM_HEAD_WORD);
}

std::string text_in(const TablePages& pages) {
  constexpr std::size_t kPageBytes = sizeof(pm_page);
  const pm_head& head = head_of(pages);
  std::string text;
  for (std::size_t at = head.text * sizeof(__u32); text.size() < head.text_bytes && at / kPageBytes < pages.size();) {
    const std::size_t size = std::min<std::size_t>(head.text_bytes - text.size(), kPageBytes - at % kPageBytes);
    text.append(reinterpret_cast<const char*>(pages[at / kPageBytes]->word) + at % kPageBytes, size);
    at += size;
  }
  return text;
}

std::uint32_t look_up(const TablePages& pages, const Address& address) {
  const auto key = address.family == Family::kIpv4 ? pm_ipv4_key(static_cast<__u32>(address.bits))
                                                   : pm_ipv6_key(high_half(address.bits), low_half(address.bits));
  return pm_scope_of(const_cast<TablePages*>(&pages), pages.front().get(), key);
}

}  // namespace podmeter
