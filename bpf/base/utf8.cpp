// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace podmeter {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Lead {
  std::uint8_t first, last;  // of the first byte
  std::uint8_t second_min, second_max;
  std::size_t length;
};

// RFC 3629, section 4. The second byte's range excludes overlong forms, surrogates and code points above U+10FFFF.
constexpr Lead kLeads[] = {{0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                           {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                           {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

bool between(char c, std::uint8_t min, std::uint8_t max) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= min && byte <= max;
}

bool follows(const Lead& lead, std::string_view text) {
  if (text.size() < lead.length)
    return false;
  if (lead.length > 1 && !between(text[1], lead.second_min, lead.second_max))
    return false;
  return lead.length <= 2 ||
         std::ranges::all_of(text.substr(2, lead.length - 2), [](char c) { return between(c, 0x80, 0xBF); });
}

// The length of the sequence at the text's start; 0 where it is not valid.
std::size_t sequence_length(std::string_view text) {
  for (const auto& lead : kLeads)
    if (between(text[0], lead.first, lead.last))
      return follows(lead, text) ? lead.length : 0;
  return 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return between(c, 0x01, 0x7F); }))
    return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    out += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace podmeter
