// SPDX-License-Identifier: Apache-2.0
// Puts ranges of keys into the pages of a scope table: runs, and nodes where they don't fit in a run.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bpf/scope_table/table_image.hpp"

namespace podmeter {

// Keys from `start` on, up to where the next one starts. `entry` is a slot (below PM_SCOPES), or the entry of a node
// that goes on with the low half of the address.
struct KeyRange {
  std::uint64_t start = 0;
  std::uint32_t entry = 0;
};

// Keys from the first range's start to `last`.
struct KeySpace {
  std::vector<KeyRange> ranges;
  std::uint64_t last = 0;

  // The keys from `first` to `end` of it alone.
  [[nodiscard]] KeySpace part(std::uint64_t first, std::uint64_t end) const;
};

class TableBuilder {
 public:
  explicit TableBuilder(std::uint32_t first_slot);

  // Fills the head's index from `at` on: an entry for each 2^shift keys from the first to the last of the space.
  void fill_index(std::uint32_t at, const KeySpace& keys, unsigned shift);
  // A node for two ranges or more, to be gone to from anywhere. Returns the entry that leads there.
  std::uint32_t add_root(const KeySpace& space);

  // E2BIG where it is more than PM_PAGES pages.
  Result<TablePages> finish();

 private:
  using Run = std::array<std::uint32_t, PM_UNIT_WORDS>;
  struct Page {
    std::unique_ptr<pm_page> words = std::make_unique<pm_page>();
    std::uint32_t used = 0;
    std::map<Run, std::uint32_t> runs{};  // each once: where it is
  };
  struct Place {
    std::size_t page = 0;
    std::uint32_t word = 0;
  };
  struct Left {
    std::uint32_t at = 0;
    KeySpace space{};
  };

  // Entries that are on `page`, and lead to what is made for the space.
  std::optional<std::uint32_t> put_near(std::size_t page, const KeySpace& space);
  std::uint32_t put_anywhere(std::size_t page, const KeySpace& space, unsigned depth);
  [[nodiscard]] bool is_too_large() const { return pages_.size() > PM_PAGES; }
  [[nodiscard]] std::uint32_t entry_from(std::size_t page, const Place& to, std::uint32_t kind) const;
  // `depth`: of nodes that may lead on from here, this one included.
  Place add_node(const KeySpace& space, unsigned depth);
  Place add_wide_run(const KeySpace& space);
  // `words` at a multiple of `aligned`, and with room for `more` behind them.
  Place allocate(std::uint32_t words, std::uint32_t aligned, std::uint32_t more = 0);
  std::uint32_t* words_at(const Place& place) { return pages_[place.page].words->word + place.word; }

  std::uint32_t first_slot_;
  std::vector<Page> pages_;
  std::vector<Left> left_;  // of the index: what no narrow run in the head takes
};

}  // namespace podmeter
