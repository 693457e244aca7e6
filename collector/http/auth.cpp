// SPDX-License-Identifier: Apache-2.0
#include "collector/http/auth.hpp"

#include <crypt.h>
#include <strings.h>

#include <cstdint>
#include <memory>

namespace podmeter {
namespace {

// No password has this hash. It is checked for unknown users, so that they take as long as a wrong password.
constexpr char kUnknownUserHash[] = "$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

constexpr std::string_view kScheme = "Basic ";

int base64_value(char c) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('='))
    text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0)
      return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
    }
  }
  return out;
}

// Takes the same time wherever the texts differ.
bool equal(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); i++)
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

std::optional<Credentials> parse_basic_authorization(std::string_view field) {
  if (field.size() < kScheme.size() || ::strncasecmp(field.data(), kScheme.data(), kScheme.size()) != 0)
    return std::nullopt;
  const auto text = decode_base64(field.substr(kScheme.size()));
  if (!text || text->find('\0') != std::string::npos)
    return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos)
    return std::nullopt;
  return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

bool Authenticator::admits(std::string_view authorization) {
  if (users_.empty())
    return true;
  const auto credentials = parse_basic_authorization(authorization);
  if (!credentials)
    return false;
  {
    // bcrypt takes a tenth of a second, so a password that matched is remembered.
    const std::scoped_lock lock(admitted_mutex_);
    const auto known = admitted_.find(credentials->user);
    if (known != admitted_.end() && equal(known->second, credentials->password))
      return true;
  }
  if (!matches(*credentials))
    return false;
  const std::scoped_lock lock(admitted_mutex_);
  admitted_[credentials->user] = credentials->password;
  return true;
}

bool Authenticator::matches(const Credentials& credentials) {
  const auto user = users_.find(credentials.user);
  const std::string hash = user == users_.end() ? kUnknownUserHash : user->second;
  // One at a time: a client that guesses passwords can use one CPU at most.
  const std::scoped_lock lock(hashing_);
  const auto data = std::make_unique<crypt_data>();
  const char* made = ::crypt_r(credentials.password.c_str(), hash.c_str(), data.get());
  return made != nullptr && user != users_.end() && equal(made, hash);
}

}  // namespace podmeter
