// SPDX-License-Identifier: Apache-2.0
// Puts ranges of keys into the pages of a scope table: runs, and nodes where they don't fit in a run.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bpf/scopes/table_image.hpp"

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

  // The keys from `first` to `last` of it alone.
  [[nodiscard]] KeySpace part(std::uint64_t first, std::uint64_t last) const;
};

class TableBuilder {
 public:
  // Where a node tells more bits of a key, it takes more space and leads to fewer nodes.
  TableBuilder(std::uint32_t first_slot, unsigned node_bits);

  // Fills the head's index from `at` on: an entry for each 2^shift keys from the first to the last of the space.
  void fill_index(std::uint32_t at, const KeySpace& keys, unsigned shift);
  // A node for two ranges or more, to be gone to from anywhere. Returns the entry that leads there.
  std::uint32_t add_root(const KeySpace& space);

  // The longest way through nodes so far.
  [[nodiscard]] unsigned depth() const { return depth_; }
  TablePages finish();

 private:
  using Run = std::array<std::uint32_t, PM_UNIT_WORDS>;
  struct Page {
    std::unique_ptr<pm_page> words = std::make_unique<pm_page>();
    std::uint32_t used = 0;
    std::map<Run, std::uint32_t> runs{};  // each once: where it is
  };
  struct Place {
    std::size_t page;
    std::uint32_t word;
  };
  struct Left {
    std::uint32_t at;
    KeySpace space;
  };

  Place add_node(const KeySpace& space, unsigned depth);
  Place allocate_node(std::uint32_t buckets);
  [[nodiscard]] std::uint32_t far_entry(const Place& node) const;
  [[nodiscard]] std::uint32_t entry_from(std::size_t page, const Place& node) const;
  std::optional<std::uint32_t> put(Page& page, const KeySpace& space);

  std::uint32_t first_slot_;
  unsigned node_bits_;
  unsigned depth_ = 0;
  std::vector<Page> pages_;
  std::vector<Left> left_;  // of the index: what no run in the head takes
};

}  // namespace podmeter
