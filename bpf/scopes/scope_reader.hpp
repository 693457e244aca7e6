// SPDX-License-Identifier: Apache-2.0
// Reads a scope file's JSON as SAX events, with their lines.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bpf/scopes/scope_file.hpp"

namespace podmeter {

// A scope as written in the file, not yet checked.
struct WrittenScope {
  std::size_t line = 0;
  std::optional<std::string> name;
  bool is_default = false;
  struct Written {
    std::size_t line;
    std::string text;
  };
  std::vector<Written> prefixes{};
};

// A SAX consumer for nlohmann::json. Returning false ends the parse; fault() then has the cause.
class ScopeReader {
 public:
  using json = nlohmann::json;

  explicit ScopeReader(const std::size_t& line) : line_(line) {}

  bool null() { return unexpected("null"); }
  bool boolean(bool value);
  bool number_integer(json::number_integer_t) { return unexpected("a number"); }
  bool number_unsigned(json::number_unsigned_t) { return unexpected("a number"); }
  bool number_float(json::number_float_t, const std::string&) { return unexpected("a number"); }
  bool binary(json::binary_t&) { return unexpected("binary"); }
  bool string(std::string& value);
  bool start_object(std::size_t);
  bool key(std::string& name);
  bool end_object();
  bool start_array(std::size_t);
  bool end_array();
  bool parse_error(std::size_t, const std::string&, const json::exception& error);

  [[nodiscard]] const std::vector<WrittenScope>& scopes() const { return scopes_; }
  [[nodiscard]] const std::optional<ScopeFault>& fault() const { return fault_; }

 private:
  // The kind of value that is expected next.
  enum class Place : std::uint8_t { kFile, kScope, kName, kDefault, kDescription, kPrefixes, kPrefix };

  bool unexpected(const std::string& what);
  bool stop(std::string why);

  const std::size_t& line_;
  Place place_ = Place::kFile;
  bool in_list_ = false;
  std::vector<WrittenScope> scopes_;
  std::size_t prefixes_ = 0;         // of all scopes
  std::vector<std::string> fields_;  // of the scope that is being read
  std::optional<ScopeFault> fault_;
};

}  // namespace podmeter
