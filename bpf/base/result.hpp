// SPDX-License-Identifier: Apache-2.0
// Errors as values, with the interface of std::expected: g++ 12 has that only in C++23, clang 14 not at all.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace podmeter {

// An action, its object and the cause of the failure, outermost context first: "read 'X': Permission denied".
struct Error {
  std::string text;
  int code = 0;  // errno where a system call failed, else 0

  // The same error with one more outer context.
  [[nodiscard]] Error in(const std::string& doing) const { return {doing + ": " + text, code}; }
};

// `doing` and the text of errno, or of `code`. Called on the line after the call that set errno.
[[nodiscard]] Error system_error(const std::string& doing);
[[nodiscard]] Error system_error(const std::string& doing, int code);

// True for ENOENT: the object is gone or was never there, which is not a fault.
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
