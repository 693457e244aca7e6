// SPDX-License-Identifier: Apache-2.0
#include "collector/http/encoding.hpp"

#include <zlib.h>

#include <algorithm>
#include <optional>

namespace podmeter {
namespace {

constexpr int kLevel = 1;                 // each response is compressed anew: CPU time matters more than bytes
constexpr int kGzipWindowBits = 15 + 16;  // zlib.h, deflateInit2: 16 asks for gzip's header and trailer
constexpr int kMemLevel = 8;              // zlib's own default

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Removes the text up to the separator, and returns the part before it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// True for "q=0", "q=0." and "q=0.000" (RFC 9110, section 12.4.2).
bool refuses(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = take(parameters, ';');
    if (lower(take(parameter, '=')) == "q")
      return parameter.find_first_not_of("0. \t") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take(accept_encoding, ',');
    const std::string coding = lower(take(parameters, ';'));
    if (coding == "gzip" || coding == "x-gzip")
      return !refuses(parameters);
    if (coding == "*")
      any = !refuses(parameters);
  }
  return any.value_or(false);
}

Result<std::string> gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindowBits, kMemLevel, Z_DEFAULT_STRATEGY) != Z_OK)
    return Error{"gzip: zlib cannot start"};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib doesn't write to it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END)
    return Error{"gzip " + std::to_string(text.size()) + " bytes: zlib says " + std::to_string(status)};
  return out;
}

}  // namespace podmeter
