// SPDX-License-Identifier: Apache-2.0
// Columns for people: padded with spaces, two between them.
#pragma once

#include <string>
#include <vector>

namespace podmeter {

class TextTable {
 public:
  using Row = std::vector<std::string>;

  // The first `text_columns` are aligned left, the rest, numbers, right.
  explicit TextTable(Row header, std::size_t text_columns = 1) : text_columns_(text_columns) { add(std::move(header)); }

  // As many cells as the header.
  void add(Row row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::string cell(const std::string& content, std::size_t width, std::size_t column) const;

  std::size_t text_columns_;
  std::vector<Row> rows_;
};

}  // namespace podmeter
