// SPDX-License-Identifier: Apache-2.0
// Stores ranges of keys in the pages of a scope table: as runs, or as nodes where they don't fit in a run.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bpf/scope_table/table_image.hpp"

namespace podmeter {

// Keys from `start` to before the next range's start. `entry` is a slot (below PM_SCOPES), or the entry of a node for
// the low half of the address.
struct KeyRange {
  std::uint64_t start = 0;
  std::uint32_t entry = 0;
};

// Keys from the first range's start to `last`.
struct KeySpace {
  std::vector<KeyRange> ranges;
  std::uint64_t last = 0;

  // The keys from `first` to `end`, both included.
  [[nodiscard]] KeySpace part(std::uint64_t first, std::uint64_t end) const;
};

class TableBuilder {
 public:
  explicit TableBuilder(std::uint32_t first_slot);

  // Fills the head's index from word `at` on, with an entry for each 2^shift keys of the space.
  void fill_index(std::uint32_t at, const KeySpace& keys, unsigned shift);
  // Adds a node for two or more ranges. Returns an entry for it that is valid on any page.
  std::uint32_t add_root(const KeySpace& space);

  // E2BIG where the table has more than PM_PAGES pages.
  Result<TablePages> finish();

 private:
  using Run = std::array<std::uint32_t, PM_UNIT_WORDS>;
  struct Page {
    std::unique_ptr<pm_page> words = std::make_unique<pm_page>();
    std::uint32_t used = 0;
    std::map<Run, std::uint32_t> runs{};  // a run's words to its offset; equal runs are stored once
  };
  struct Place {
    std::size_t page = 0;
    std::uint32_t word = 0;
  };
  struct Unplaced {
    std::uint32_t at = 0;
    KeySpace space{};
  };

  // An entry for the space, to be stored on `page`.
  std::optional<std::uint32_t> put_near(std::size_t page, const KeySpace& space);
  std::uint32_t put_anywhere(std::size_t page, const KeySpace& space, unsigned depth);
  [[nodiscard]] bool is_too_large() const { return pages_.size() > PM_PAGES; }
  [[nodiscard]] std::uint32_t entry_from(std::size_t page, const Place& to, std::uint32_t kind) const;
  // `depth`: how many nodes a look-up may still pass, this one included.
  Place add_node(const KeySpace& space, unsigned depth);
  Place add_wide_run(const KeySpace& space);
  // Allocates `words` at a multiple of `aligned`, with room for `more` words behind them on the same page.
  Place allocate(std::uint32_t words, std::uint32_t aligned, std::uint32_t more = 0);
  std::uint32_t* words_at(const Place& place) { return pages_[place.page].words->word + place.word; }

  std::uint32_t first_slot_;
  std::vector<Page> pages_;
  std::vector<Unplaced> unplaced_;  // parts of the index that don't fit in a narrow run on the head page
};

}  // namespace podmeter
