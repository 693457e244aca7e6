// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/meter_name.hpp"

#include <linux/limits.h>

#include <charconv>
#include <cstddef>

namespace podmeter {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";
constexpr std::size_t kStampMax = 1 + 19;  // '+' and a positive 64-bit number

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

int hex_digit(char c) {
  const std::size_t at = std::string_view(kHex, 16).find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

Error malformed(std::string_view name) {
  return {"'" + std::string(name) + "' is not the name of a meter"};
}

Result<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (is_plain(text[i])) {
      out += text[i];
      continue;
    }
    if (text[i] != '%' || i + 2 >= text.size())
      return malformed(text);
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || is_plain(static_cast<char>(high * 16 + low)))
      return malformed(text);
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

Result<std::string> encode_name(const Attachment& attachment) {
  std::string name = encode(attachment.container_id) + '+' + encode(attachment.interface);
  if (name.size() + kStampMax > NAME_MAX)
    return Error{"container ID and interface name make a directory name of " + std::to_string(name.size()) +
                 " bytes; at most " + std::to_string(NAME_MAX - kStampMax) + " are allowed"};
  return name;
}

Result<Attachment> decode_name(std::string_view name) {
  const std::size_t plus = name.find('+');
  if (plus == std::string_view::npos)
    return malformed(name);
  auto container_id = decode(name.substr(0, plus));
  auto interface = decode(name.substr(plus + 1));
  if (!container_id || !interface || container_id->empty() || interface->empty())
    return malformed(name);
  return Attachment{*container_id, *interface};
}

std::string encode_ended(std::string_view name, std::int64_t ended_ns) {
  return std::string(name) + '+' + std::to_string(ended_ns);
}

Result<EndedName> decode_ended(std::string_view name) {
  const std::size_t plus = name.rfind('+');
  if (plus == std::string_view::npos)
    return malformed(name);
  const std::string_view stamp = name.substr(plus + 1);
  EndedName ended;
  const auto parsed = std::from_chars(stamp.data(), stamp.data() + stamp.size(), ended.ended_ns);
  if (parsed.ec != std::errc{} || ended.ended_ns < 0 || stamp != std::to_string(ended.ended_ns))
    return malformed(name);
  auto attachment = decode_name(name.substr(0, plus));
  if (!attachment)
    return malformed(name);
  ended.attachment = *attachment;
  return ended;
}

}  // namespace podmeter
