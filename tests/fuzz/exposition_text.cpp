// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exposition_text.hpp"

#include <set>

#include "tests/fuzz/property.hpp"

namespace podmeter::fuzz {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The rest of a line, read from the front.
class Rest {
 public:
  explicit Rest(std::string_view text) : text_(text) {}

  bool take(std::string_view token) {
    if (!text_.starts_with(token))
      return false;
    text_.remove_prefix(token.size());
    return true;
  }

  std::string name() {
    std::size_t end = 0;
    while (end < text_.size() && (is_letter(text_[end]) || (end > 0 && text_[end] >= '0' && text_[end] <= '9')))
      end++;
    always(end > 0, "a name is one by Prometheus' data model");
    return taken(end);
  }

  std::string label_value() {
    std::string value;
    always(take("\""), "a label's value is quoted");
    while (!take("\"")) {
      always(!text_.empty(), "a label's value ends on its line");
      const bool escaped = take("\\");
      const char c = taken(1)[0];
      always(!escaped || c == '\\' || c == '"' || c == 'n', "an escape is one of three");
      value += escaped && c == 'n' ? '\n' : c;
    }
    return value;
  }

  double number() {
    always(!text_.empty() && text_[0] != ' ', "a value follows after one space");
    char* end = nullptr;
    const std::string text = taken(text_.size());
    const double value = std::strtod(text.c_str(), &end);
    always(end == text.c_str() + text.size(), "a value is a number");
    return value;
  }

  std::string taken(std::size_t size) {
    const std::string text(text_.substr(0, size));
    text_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view text_;
};

class Reader {
 public:
  void line(std::string_view text) {
    Rest rest(text);
    if (rest.take("# HELP "))
      family_ = rest.name();
    else if (rest.take("# TYPE "))
      type(rest);
    else
      sample(rest);
  }

  std::vector<Sample> samples;

 private:
  void type(Rest& rest) {
    always(rest.name() == family_, "TYPE follows HELP");
    const bool known = rest.take(" counter") || rest.take(" gauge");
    always(known && families_.insert(family_).second, "a family is there once, with a type");
  }

  void sample(Rest& rest) {
    Sample sample{rest.name(), {}, 0};
    always(sample.name == family_ && families_.contains(family_), "a sample stands under its family");
    if (rest.take("{"))
      do {
        auto label = rest.name();
        always(rest.take("="), "a label has a value");
        always(sample.labels.emplace(std::move(label), rest.label_value()).second, "a label is there once");
      } while (rest.take(",") || !rest.take("}"));
    always(rest.take(" "), "a space is before the value");
    sample.value = rest.number();
    always(series_.emplace(sample.name, sample.labels).second, "a series is there once");
    samples.push_back(std::move(sample));
  }

  std::string family_;
  std::set<std::string> families_;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> series_;
};

}  // namespace

std::vector<Sample> read_exposition(std::string_view text) {
  always(is_utf8(std::string(text)) && text.find('\0') == std::string_view::npos, "an exposition is UTF-8");
  always(text.empty() || text.ends_with('\n'), "the last line ends");
  Reader reader;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    reader.line(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return reader.samples;
}

}  // namespace podmeter::fuzz
