// SPDX-License-Identifier: Apache-2.0
// HTTP basic authentication (RFC 7617) against bcrypt hashes.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace podmeter {

struct Credentials {
  std::string user;
  std::string password;
};

// The credentials in an Authorization field; nothing where it is not basic authentication.
std::optional<Credentials> parse_basic_authorization(std::string_view field);

// Safe to use from several threads.
class Authenticator {
 public:
  // Without users, every request is admitted.
  explicit Authenticator(std::map<std::string, std::string> users) : users_(std::move(users)) {}

  [[nodiscard]] bool admits(std::string_view authorization);

 private:
  [[nodiscard]] bool matches(const Credentials& credentials);

  std::map<std::string, std::string> users_;
  std::mutex hashing_;
  std::mutex admitted_mutex_;
  std::map<std::string, std::string> admitted_;  // user to the password that matched
};

}  // namespace podmeter
