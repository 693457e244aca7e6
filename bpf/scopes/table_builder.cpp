// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/table_builder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace podmeter {
namespace {

constexpr unsigned kNodeBitsMax = 15;  // so that a node and all its runs fit in one page

std::uint32_t entry_at(std::uint32_t word, std::size_t slot, std::uint32_t kind) {
  return static_cast<std::uint32_t>(slot << PM_SLOT_SHIFT) | word / PM_UNIT_WORDS << PM_UNIT_SHIFT | kind;
}

std::uint32_t rounded(std::uint32_t words) {
  return (words + PM_UNIT_WORDS - 1) / PM_UNIT_WORDS * PM_UNIT_WORDS;
}

// The lower bits in which no start of a range, but the first, has a bit set.
unsigned common_zeros(const KeySpace& space) {
  unsigned zeros = 63;
  for (std::size_t i = 1; i < space.ranges.size(); i++)
    zeros = std::min(zeros, static_cast<unsigned>(std::countr_zero(space.ranges[i].start)));
  return zeros;
}

bool fits_in_run(const KeySpace& space) {
  const unsigned shift = common_zeros(space);
  return space.ranges.size() <= PM_STARTS + 1 &&
         std::ranges::all_of(space.ranges, [](const KeyRange& range) { return range.entry < PM_SCOPES; }) &&
         space.ranges.front().start >> shift >> 16 == space.last >> shift >> 16;
}

// The node's buckets: their number, their width, and where they begin.
pm_node shape_of(const KeySpace& space, unsigned node_bits) {
  const std::uint64_t first = space.ranges[1].start, last = space.ranges.back().start;
  const auto wanted = static_cast<unsigned>(std::bit_width(2 * space.ranges.size()));
  const auto bits = static_cast<int>(std::clamp(wanted, node_bits, kNodeBitsMax));
  const int wide = static_cast<int>(std::bit_width(last - first)) - bits;
  auto shift = std::max(common_zeros(space), static_cast<unsigned>(std::max(wide, 0)));
  // Where keys are further apart, their difference has no sign bit to spare.
  if ((space.last - space.ranges.front().start) >> 63 != 0)
    shift = std::max(shift, 1U);
  return {(first >> shift) - 1, shift, static_cast<std::uint32_t>((last >> shift) - (first >> shift)) + 2};
}

// The keys of one bucket; of the first and the last, all below and above the ranges' starts.
KeySpace bucket_of(const KeySpace& space, const pm_node& node, std::uint32_t bucket) {
  if (bucket == 0)
    return {{space.ranges.front()}, space.last};
  if (bucket == node.last)
    return {{space.ranges.back()}, space.last};
  const std::uint64_t first = (node.first + bucket) << node.shift;
  return space.part(first, first | ((std::uint64_t{1} << node.shift) - 1));
}

}  // namespace

KeySpace KeySpace::part(std::uint64_t first, std::uint64_t end) const {
  auto range = std::ranges::upper_bound(ranges, first, {}, &KeyRange::start);
  KeySpace out{{{first, range == ranges.begin() ? range->entry : std::prev(range)->entry}}, end};
  for (; range != ranges.end() && range->start <= end; ++range)
    out.ranges.push_back(*range);
  return out;
}

TableBuilder::TableBuilder(std::uint32_t first_slot, unsigned node_bits)
    : first_slot_(first_slot), node_bits_(node_bits), pages_(1) {
  pages_.front().used = PM_HEAD_WORD + PM_HEAD_WORDS;
}

std::uint32_t TableBuilder::far_entry(const Place& node) const {
  return entry_at(node.word, first_slot_ + node.page, PM_NODE);
}

std::uint32_t TableBuilder::entry_from(std::size_t page, const Place& node) const {
  return page == node.page ? entry_at(node.word, 0, PM_NODE) : far_entry(node);
}

// With room for a run for each bucket behind it.
TableBuilder::Place TableBuilder::allocate_node(std::uint32_t buckets) {
  const std::uint32_t words = rounded(PM_UNIT_WORDS + buckets);
  if (pages_.back().used + words + buckets * PM_UNIT_WORDS > PM_PAGE_WORDS)
    pages_.emplace_back();
  const Place place{pages_.size() - 1, pages_.back().used};
  pages_.back().used += words;
  return place;
}

// The entry of ranges that need no node: of one range its own, of a few a run's on that page. None where there are too
// many, or no room.
std::optional<std::uint32_t> TableBuilder::put(Page& page, const KeySpace& space) {
  if (space.ranges.size() == 1)
    return space.ranges.front().entry;
  if (!fits_in_run(space))
    return std::nullopt;
  const std::size_t last = space.ranges.size() - 1;
  const unsigned shift = common_zeros(space);
  std::array<std::uint16_t, PM_STARTS> starts{};
  for (std::size_t i = 0; i < PM_STARTS; i++)
    starts[i] = static_cast<std::uint16_t>(space.ranges[std::min(i + 1, last)].start >> shift);
  Run run{};
  std::memcpy(run.data(), starts.data(), sizeof(starts));
  for (std::size_t i = 0; i <= PM_STARTS; i++)
    run.back() |= space.ranges[std::min(i, last)].entry << 4 * i;
  const auto known = page.runs.find(run);
  if (known != page.runs.end())
    return entry_at(known->second, 0, shift);
  if (page.used + PM_UNIT_WORDS > PM_PAGE_WORDS)
    return std::nullopt;
  const std::uint32_t at = page.used;
  std::ranges::copy(run, page.words->word + at);
  page.used += PM_UNIT_WORDS;
  page.runs.emplace(run, at);
  return entry_at(at, 0, shift);
}

void TableBuilder::fill_index(std::uint32_t at, const KeySpace& keys, unsigned shift) {
  const std::uint64_t first = keys.ranges.front().start >> shift, last = keys.last >> shift;
  for (std::uint64_t i = first; i <= last; i++, at++) {
    auto space = keys.part(i << shift, (i << shift) | ((std::uint64_t{1} << shift) - 1));
    if (const auto entry = put(pages_.front(), space))
      pages_.front().words->word[at] = *entry;
    else
      left_.push_back({at, std::move(space)});
  }
}

std::uint32_t TableBuilder::add_root(const KeySpace& space) {
  return far_entry(add_node(space, 1));
}

TableBuilder::Place TableBuilder::add_node(const KeySpace& space, unsigned depth) {
  depth_ = std::max(depth_, depth);
  const pm_node node = shape_of(space, node_bits_);
  const Place place = allocate_node(node.last + 1);
  std::uint32_t* const words = pages_[place.page].words->word + place.word;
  std::memcpy(words, &node, sizeof(node));
  std::vector<Left> left;
  for (std::uint32_t i = 0; i <= node.last; i++) {
    auto part = bucket_of(space, node, i);
    if (const auto entry = put(pages_[place.page], part))
      words[PM_UNIT_WORDS + i] = *entry;
    else
      left.push_back({PM_UNIT_WORDS + i, std::move(part)});
  }
  for (const auto& [at, part] : left)
    words[at] = entry_from(place.page, add_node(part, depth + 1));
  return place;
}

TablePages TableBuilder::finish() {
  for (const auto& [at, space] : std::exchange(left_, {}))
    pages_.front().words->word[at] = entry_from(0, add_node(space, 1));
  TablePages pages;
  for (auto& page : pages_)
    pages.push_back(std::move(page.words));
  pm_head& head = head_of(pages);
  head.first_slot = first_slot_;
  head.pages = static_cast<std::uint32_t>(pages.size());
  head.text = (pages.size() - 1) * PM_PAGE_WORDS + pages_.back().used;
  return pages;
}

}  // namespace podmeter
