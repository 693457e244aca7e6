// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "bpf/base/utf8.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

using namespace std::string_literals;

TEST_CASE("Text that is UTF-8 stays as it is") {
  for (const auto& text : {""s, "eth0"s, "a\n\t\"\\"s, "gr\xC3\xBC\xC3\x9F"s, "\xE2\x82\xAC"s, "\xED\x9F\xBF"s,
                           "\xF0\x9F\x90\x8B"s, "\xF4\x8F\xBF\xBF"s})
    CHECK(valid_utf8(text) == text);
}

TEST_CASE("A byte that belongs to no UTF-8 sequence, and NUL, become U+FFFD") {
  struct Row {
    std::string text;
    std::size_t replaced;
    std::string kept;
  };
  const Row rows[] = {{"a\xFFz"s, 1, "az"},
                      {"\0x"s, 1, "x"},
                      {"\xC3"s, 1, ""},
                      {"\xC3\x28"s, 1, "("},
                      {"\xC0\x80"s, 2, ""},
                      {"\xE0\x80\x80"s, 3, ""},
                      {"\xED\xA0\x80"s, 3, ""},
                      {"\xF4\x90\x80\x80"s, 4, ""},
                      {"\xF5\x80\x80\x80"s, 4, ""},
                      {"\xE2\x82"s, 2, ""},
                      {"\x80pod"s, 1, "pod"},
                      {"\xE2\x82\xC3\xBC"s, 2, "\xC3\xBC"}};
  for (const auto& row : rows) {
    std::string text = valid_utf8(row.text);
    std::size_t replaced = 0;
    for (std::size_t at; (at = text.find("\xEF\xBF\xBD")) != std::string::npos; replaced++)
      text.erase(at, 3);
    CAPTURE(row.kept);
    CHECK(replaced == row.replaced);
    CHECK(text == row.kept);
  }
}

}  // namespace
}  // namespace podmeter
