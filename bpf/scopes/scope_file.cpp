// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/scope_file.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "bpf/scopes/line_counter.hpp"
#include "bpf/scopes/scope_reader.hpp"
#include "bpf/tree/scope_names.hpp"

namespace podmeter {
namespace {

constexpr std::size_t kFaultsMax = 20;
constexpr std::size_t kFaultMax = 200;  // bytes

// Why Prometheus, or podmeter, takes no scope of that name; empty where they do. The parser has seen that it is UTF-8.
std::string fault_of(const std::string& name) {
  if (name.empty())
    return "has an empty name: for Prometheus that is no label";
  if (name == kOtherScope)
    return "can't be named 'other': that is what is no IP";
  if (name.size() > kScopeNameMax)
    return "has a name of " + std::to_string(name.size()) + " bytes; at most " + std::to_string(kScopeNameMax);
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }))
    return "has a control character in its name";
  return {};
}

// What somebody wrote, as a line for people.
std::string on_a_line(std::string text) {
  if (text.size() > kFaultMax)
    text = text.substr(0, kFaultMax) + "…";
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  return text;
}

// Turns what is written into scopes, and notes what is wrong with it.
class Judge {
 public:
  void take(const WrittenScope& written);
  Result<ScopeSet, ScopeFaults> finish(std::size_t last_line);

 private:
  struct Seen {
    std::size_t scope;
    std::size_t line;
  };

  void take_name(const WrittenScope& written);
  void take_default(const WrittenScope& written);
  void take_prefix(const WrittenScope::Written& written);
  void fault(std::size_t line, std::string text) {
    if (faults_.size() < kFaultsMax)
      faults_.push_back({line, on_a_line(std::move(text))});
  }

  ScopeSet scopes_;
  ScopeFaults faults_;
  std::size_t default_line_ = 0;
  std::map<std::string, std::size_t> names_;                  // and their lines
  std::map<std::pair<Uint128, unsigned>, Seen> ipv4_, ipv6_;  // prefixes by network and length
};

void Judge::take(const WrittenScope& written) {
  scopes_.names.push_back(written.name.value_or(""));
  take_name(written);
  if (written.is_default)
    take_default(written);
  if (scopes_.names.size() == kScopesMax + 1)
    fault(written.line, "is the 15th scope; there can be " + std::to_string(kScopesMax));
  for (const auto& each : written.prefixes)
    take_prefix(each);
}

void Judge::take_name(const WrittenScope& written) {
  if (!written.name)
    return fault(written.line, "a scope has no name");
  if (const auto why = fault_of(*written.name); !why.empty())
    return fault(written.line, "a scope " + why);
  const auto [known, fresh] = names_.try_emplace(*written.name, written.line);
  if (!fresh)
    fault(written.line, "scope '" + *written.name + "' is there already, on line " + std::to_string(known->second));
}

void Judge::take_default(const WrittenScope& written) {
  if (default_line_ != 0)
    return fault(written.line, "is the second default scope; the first is on line " + std::to_string(default_line_));
  default_line_ = written.line;
  scopes_.default_scope = scopes_.names.size() - 1;
}

void Judge::take_prefix(const WrittenScope::Written& written) {
  const auto prefix = parse_prefix(written.text);
  if (!prefix)
    return fault(written.line, prefix.error().text);
  const std::size_t scope = scopes_.names.size() - 1;
  if (prefix->length >= 96 && judged(prefix->network).family != prefix->network.family)
    return fault(written.line, "'" + written.text + "' holds IPv4 addresses, which are judged as such: write " +
                                   to_text(Prefix{judged(prefix->network), prefix->length - 96}));
  auto& seen = prefix->network.family == Family::kIpv4 ? ipv4_ : ipv6_;
  const auto [known, fresh] = seen.try_emplace({prefix->network.bits, prefix->length}, Seen{scope, written.line});
  if (!fresh && known->second.scope != scope)
    return fault(written.line, "'" + written.text + "' is in scope '" + scopes_.names[known->second.scope] +
                                   "' already, on line " + std::to_string(known->second.line));
  if (!fresh)
    return;
  scopes_.prefixes.push_back({*prefix, scope});
}

Result<ScopeSet, ScopeFaults> Judge::finish(std::size_t last_line) {
  if (default_line_ == 0)
    fault(last_line, R"(no scope is the default ("default": true), for addresses that no prefix holds)");
  std::ranges::stable_sort(faults_, {}, &ScopeFault::line);
  if (!faults_.empty())
    return std::move(faults_);
  return std::move(scopes_);
}

}  // namespace

Result<ScopeSet, ScopeFaults> parse_scopes(std::string_view text) {
  std::size_t line = 1;
  ScopeReader reader(line);
  const LineCounter begin(text.data(), &line), end(text.data() + text.size(), &line);
  if (!nlohmann::json::sax_parse(begin, end, &reader))
    return ScopeFaults{{reader.fault()->line, on_a_line(reader.fault()->text)}};
  if (text.find('\0') != std::string_view::npos)
    return ScopeFaults{{line, "no JSON: a NUL character, which ends it"}};
  Judge judge;
  for (const auto& scope : reader.scopes())
    judge.take(scope);
  return judge.finish(line);
}

std::string describe(const std::string& file, const ScopeFaults& faults) {
  std::string text;
  for (const auto& fault : faults)
    text += (text.empty() ? "" : "\n") + file + ':' + std::to_string(fault.line) + ": " + fault.text;
  return text;
}

std::string to_text(const ScopeSet& scopes) {
  auto list = nlohmann::json::array();
  for (const auto& name : scopes.names)
    list.push_back({{"name", name}, {"prefixes", nlohmann::json::array()}});
  list[scopes.default_scope]["default"] = true;
  for (const auto& each : scopes.prefixes)
    list[each.scope]["prefixes"].push_back(to_text(each.prefix));
  return list.dump();
}

}  // namespace podmeter
