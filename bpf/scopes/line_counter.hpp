// SPDX-License-Identifier: Apache-2.0
// Line numbers for nlohmann::json's SAX parser, which reports none for its events.
#pragma once

#include <cstddef>
#include <iterator>

namespace podmeter {

// An input iterator over a text. Stores the line of the last character that was read in `*line`.
class LineCounter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCounter(const char* at, std::size_t* line) : at_(at), line_(line) {}

  reference operator*() const { return *at_; }
  LineCounter& operator++() {
    *line_ += newline_ ? 1 : 0;
    newline_ = *at_ == '\n';
    ++at_;
    return *this;
  }
  LineCounter operator++(int) {
    const auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const LineCounter& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  bool newline_ = false;  // the last character was a newline
  std::size_t* line_;
};

}  // namespace podmeter
