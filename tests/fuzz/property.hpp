// SPDX-License-Identifier: Apache-2.0
// The promises that the fuzz targets check on every input.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

// libFuzzer's only demand; it has main().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace podmeter::fuzz {

// If it doesn't hold, the run ends there, and libFuzzer keeps the input.
inline void always(bool holds, const char* property) {
  if (holds)
    return;
  std::fprintf(stderr, "\nnot for this input: %s\n", property);
  std::abort();
}

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// By a judge that is none of ours.
inline bool is_utf8(const std::string& text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

// A line for people: something, and no control character.
inline bool is_line(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

}  // namespace podmeter::fuzz
