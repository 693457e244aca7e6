// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/table_builder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace podmeter {
namespace {

constexpr unsigned kNodeBitsMin = 4, kNodeBitsMax = 16;  // the largest node fits in a page, with room for runs
constexpr unsigned kBitsOfADepth = (64 + PM_HALF_DEPTH - 1) / PM_HALF_DEPTH;

std::uint32_t entry_at(std::uint32_t word, std::size_t slot, std::uint32_t kind) {
  return static_cast<std::uint32_t>(slot << PM_SLOT_SHIFT) | word / PM_UNIT_WORDS << PM_UNIT_SHIFT | kind;
}

std::uint32_t rounded(std::uint32_t words, std::uint32_t unit) {
  return (words + unit - 1) / unit * unit;
}

// The number of low bits that are 0 in the start of each range but the first.
unsigned common_zeros(const KeySpace& space) {
  unsigned zeros = 63;
  for (std::size_t i = 1; i < space.ranges.size(); i++)
    zeros = std::min(zeros, static_cast<unsigned>(std::countr_zero(space.ranges[i].start)));
  return zeros;
}

bool fits_in_wide_run(const KeySpace& space) {
  return space.ranges.size() <= PM_STARTS + 1 &&
         std::ranges::all_of(space.ranges, [](const KeyRange& range) { return range.entry < PM_SCOPES; }) &&
         (space.last - space.ranges.front().start) >> 63 == 0;
}

bool fits_in_narrow_run(const KeySpace& space) {
  const unsigned shift = common_zeros(space);
  return fits_in_wide_run(space) && space.ranges.front().start >> shift >> 16 == space.last >> shift >> 16;
}

// Range i of a run; beyond the last one, the last one again.
const KeyRange& range_of_run(const KeySpace& space, std::size_t i) {
  return space.ranges[std::min(i, space.ranges.size() - 1)];
}

std::uint32_t scopes_of_run(const KeySpace& space) {
  std::uint32_t scopes = 0;
  for (std::size_t i = 0; i <= PM_STARTS; i++)
    scopes |= range_of_run(space, i).entry << 4 * i;
  return scopes;
}

// The number, the width and the start of a node's buckets: about twice as many as ranges, or more where `depth` levels
// of nodes, this one included, could otherwise not separate all ranges.
pm_node shape_of(const KeySpace& space, unsigned depth) {
  const std::uint64_t first = space.ranges[1].start, last = space.ranges.back().start;
  const auto width = static_cast<unsigned>(std::bit_width(last - first));
  const auto wanted = static_cast<unsigned>(std::bit_width(2 * space.ranges.size()));
  const unsigned behind = kBitsOfADepth * (depth - 1);
  const unsigned needed = width > behind ? width - behind : 0;
  const unsigned bits = std::clamp(std::max(wanted, needed), kNodeBitsMin, kNodeBitsMax);
  unsigned shift = std::max(common_zeros(space), width > bits ? width - bits : 0);
  // pm_bucket() needs a sign bit in the difference of two shifted keys.
  if ((space.last - space.ranges.front().start) >> 63 != 0)
    shift = std::max(shift, 2U);
  return {(first >> shift) - 1, shift, static_cast<std::uint32_t>((last >> shift) - (first >> shift)) + 2};
}

// The keys of one bucket. The first and the last hold all keys below and above the ranges' starts.
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

TableBuilder::TableBuilder(std::uint32_t first_slot) : first_slot_(first_slot), pages_(1) {
  pages_.front().used = PM_HEAD_WORD + PM_HEAD_WORDS;
}

std::uint32_t TableBuilder::entry_from(std::size_t page, const Place& to, std::uint32_t kind) const {
  return entry_at(to.word, page == to.page ? 0 : first_slot_ + to.page, kind);
}

TableBuilder::Place TableBuilder::allocate(std::uint32_t words, std::uint32_t aligned, std::uint32_t more) {
  if (rounded(pages_.back().used, aligned) + words + more > PM_PAGE_WORDS)
    pages_.emplace_back();
  Page& page = pages_.back();
  const Place place{pages_.size() - 1, rounded(page.used, aligned)};
  page.used = rounded(place.word + words, PM_UNIT_WORDS);
  return place;
}

// One range gives its own entry, a few give a narrow run on that page. Nothing where they don't fit.
std::optional<std::uint32_t> TableBuilder::put_near(std::size_t page, const KeySpace& space) {
  if (space.ranges.size() == 1)
    return space.ranges.front().entry;
  if (!fits_in_narrow_run(space))
    return std::nullopt;
  Page& there = pages_[page];
  const unsigned shift = common_zeros(space);
  std::array<std::uint16_t, PM_STARTS> starts{};
  for (std::size_t i = 0; i < PM_STARTS; i++)
    starts[i] = static_cast<std::uint16_t>(range_of_run(space, i + 1).start >> shift);
  Run run{};
  std::memcpy(run.data(), starts.data(), sizeof(starts));
  run.back() = scopes_of_run(space);
  const auto known = there.runs.find(run);
  if (known != there.runs.end())
    return entry_at(known->second, 0, shift);
  if (there.used + PM_RUN_WORDS > PM_PAGE_WORDS)
    return std::nullopt;
  std::ranges::copy(run, there.words->word + there.used);
  there.runs.emplace(run, there.used);
  return entry_at(std::exchange(there.used, there.used + PM_RUN_WORDS), 0, shift);
}

std::uint32_t TableBuilder::put_anywhere(std::size_t page, const KeySpace& space, unsigned depth) {
  if (is_too_large())
    return 0;  // finish() will fail
  if (fits_in_wide_run(space))
    return entry_from(page, add_wide_run(space), PM_WIDE);
  return entry_from(page, add_node(space, depth), PM_NODE);
}

TableBuilder::Place TableBuilder::add_wide_run(const KeySpace& space) {
  const Place place = allocate(PM_WIDE_WORDS, PM_WIDE_WORDS);
  std::array<std::uint64_t, PM_STARTS> starts{};
  for (std::size_t i = 0; i < PM_STARTS; i++)
    starts[i] = range_of_run(space, i + 1).start;
  std::memcpy(words_at(place), starts.data(), sizeof(starts));
  words_at(place)[std::size_t{2} * PM_STARTS] = scopes_of_run(space);
  return place;
}

void TableBuilder::fill_index(std::uint32_t at, const KeySpace& keys, unsigned shift) {
  const std::uint64_t first = keys.ranges.front().start >> shift, last = keys.last >> shift;
  for (std::uint64_t i = first; i <= last; i++, at++) {
    auto space = keys.part(i << shift, (i << shift) | ((std::uint64_t{1} << shift) - 1));
    if (const auto entry = put_near(0, space))
      pages_.front().words->word[at] = *entry;
    else
      unplaced_.push_back({at, std::move(space)});
  }
}

std::uint32_t TableBuilder::add_root(const KeySpace& space) {
  const Place place = add_node(space, PM_HALF_DEPTH);
  return entry_at(place.word, first_slot_ + place.page, PM_NODE);
}

TableBuilder::Place TableBuilder::add_node(const KeySpace& space, unsigned depth) {
  const pm_node node = shape_of(space, depth);
  const std::uint32_t buckets = node.last + 1;
  const std::uint32_t size = PM_UNIT_WORDS + buckets;
  const Place place =
      allocate(size, PM_UNIT_WORDS, std::min<std::uint32_t>(buckets * PM_RUN_WORDS, PM_PAGE_WORDS - 2 * size));
  std::uint32_t* const words = words_at(place);
  std::memcpy(words, &node, sizeof(node));
  std::vector<Unplaced> unplaced;
  for (std::uint32_t i = 0; i < buckets; i++) {
    auto part = bucket_of(space, node, i);
    if (const auto entry = put_near(place.page, part))
      words[PM_UNIT_WORDS + i] = *entry;
    else
      unplaced.push_back({PM_UNIT_WORDS + i, std::move(part)});
  }
  for (const auto& [at, part] : unplaced)
    words[at] = put_anywhere(place.page, part, depth - 1);
  return place;
}

Result<TablePages> TableBuilder::finish() {
  // Keep all of them on the head page, or none: a CPU mispredicts look-ups that reach one page or the other at random.
  if (pages_.size() == 1 && pages_.front().used + unplaced_.size() * PM_WIDE_WORDS > PM_PAGE_WORDS)
    pages_.emplace_back();
  for (const auto& [at, space] : std::exchange(unplaced_, {}))
    pages_.front().words->word[at] = put_anywhere(0, space, PM_HALF_DEPTH);
  if (is_too_large())
    return too_large();
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
