// SPDX-License-Identifier: Apache-2.0
// Errors as values: std::expected's interface, which g++ 12 has only in C++23 and clang 14 not at all.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace podmeter {

// What was being done, to what, and why it failed, outermost context first.
struct Error {
  std::string text;
  int code = 0;  // errno where a system call failed, else 0

  // The same failure seen from one layer further out.
  [[nodiscard]] Error in(const std::string& doing) const { return {doing + ": " + text, code}; }
};

// `doing` and why errno says it failed. Called on the line after the call that set errno.
[[nodiscard]] Error system_error(const std::string& doing);
[[nodiscard]] Error system_error(const std::string& doing, int code);

// Gone is not broken: the thing was there, or could have been, and is not.
[[nodiscard]] inline bool is_gone(const Error& error) {
  return error.code == ENOENT;
}

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit, as std::expected
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit, as std::unexpected

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& value() { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const { return std::get<0>(state_); }
  [[nodiscard]] const E& error() const { return std::get<1>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::move(error)) {}  // NOLINT: implicit, as std::unexpected

  [[nodiscard]] bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const E& error() const { return *error_; }

 private:
  std::optional<E> error_;
};

}  // namespace podmeter
