// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/printable.hpp"

namespace podmeter {

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string out;
  for (const char c : text.substr(0, kLongest))
    out += c >= ' ' && c <= '~' ? c : '?';
  return text.size() > kLongest ? out + "..." : out;
}

}  // namespace podmeter
