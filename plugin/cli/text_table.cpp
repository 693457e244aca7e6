// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/text_table.hpp"

#include <algorithm>

namespace podmeter {

// Nothing is put behind the last column's text.
std::string TextTable::cell(const std::string& content, std::size_t width, std::size_t column) const {
  const std::string space(width - content.size(), ' ');
  if (column >= text_columns_)
    return space + content;
  return column + 1 == rows_.front().size() ? content : content + space;
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); i++)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); i++)
      text += (i == 0 ? "" : "  ") + cell(row[i], widths[i], i);
    text += '\n';
  }
  return text;
}

}  // namespace podmeter
