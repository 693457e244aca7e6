// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/scope_reader.hpp"

#include <algorithm>

namespace podmeter {

bool ScopeReader::stop(std::string why) {
  fault_ = ScopeFault{line_, std::move(why)};
  return false;
}

bool ScopeReader::unexpected(const std::string& what) {
  switch (place_) {
    case Place::kFile:
      return stop(in_list_ ? what + " instead of a scope, which is an object" : "the file is not a list of scopes");
    case Place::kScope:
      break;
    case Place::kName:
      return stop("'name' is " + what + "; it must be a string");
    case Place::kDefault:
      return stop("'default' is " + what + "; it must be true or false");
    case Place::kDescription:
      return stop("'description' is " + what + "; it must be a string");
    case Place::kPrefixes:
      return stop("'prefixes' is " + what + "; it must be a list");
    case Place::kPrefix:
      return stop(what + " instead of a prefix, which is a string");
  }
  return stop("unexpected " + what);
}

bool ScopeReader::boolean(bool value) {
  if (place_ != Place::kDefault)
    return unexpected(value ? "true" : "false");
  scopes_.back().is_default = value;
  place_ = Place::kScope;
  return true;
}

bool ScopeReader::string(std::string& value) {
  switch (place_) {
    case Place::kName:
      scopes_.back().name = value;
      break;
    case Place::kDescription:
      break;
    case Place::kPrefix:
      scopes_.back().prefixes.push_back({line_, value});
      return ++prefixes_ <= kPrefixesMax || stop("more than " + std::to_string(kPrefixesMax) + " prefixes");
    default:
      return unexpected("a string");
  }
  place_ = Place::kScope;
  return true;
}

bool ScopeReader::start_object(std::size_t) {
  if (place_ != Place::kFile || !in_list_)
    return unexpected("an object");
  scopes_.push_back({.line = line_, .name = {}});
  fields_.clear();
  place_ = Place::kScope;
  return true;
}

bool ScopeReader::key(std::string& name) {
  if (std::ranges::find(fields_, name) != fields_.end())
    return stop("field '" + name + "' is given twice in one scope");
  fields_.push_back(name);
  if (name == "name")
    place_ = Place::kName;
  else if (name == "default")
    place_ = Place::kDefault;
  else if (name == "description")
    place_ = Place::kDescription;
  else if (name == "prefixes")
    place_ = Place::kPrefixes;
  else
    return stop("field '" + name + "' is unknown; a scope has name, prefixes, default and description");
  return true;
}

bool ScopeReader::end_object() {
  place_ = Place::kFile;
  return true;
}

bool ScopeReader::start_array(std::size_t) {
  if (place_ == Place::kFile && !in_list_) {
    in_list_ = true;
    return true;
  }
  if (place_ != Place::kPrefixes)
    return unexpected("a list");
  place_ = Place::kPrefix;
  return true;
}

bool ScopeReader::end_array() {
  place_ = place_ == Place::kPrefix ? Place::kScope : place_;
  return true;
}

// "[json.exception.parse_error.101] parse error at line 3, column 5: …": the fault has the line already. Messages of
// other errors have no line.
bool ScopeReader::parse_error(std::size_t, const std::string&, const json::exception& error) {
  const std::string text = error.what();
  const auto colon = text.find(": "), bracket = text.find("] ");
  return stop("not JSON: " + text.substr(colon != std::string::npos ? colon + 2 : bracket + 2));
}

}  // namespace podmeter
