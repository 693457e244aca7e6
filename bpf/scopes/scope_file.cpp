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

// The rule of Prometheus or podmeter that a name breaks; empty where it is allowed. The JSON parser has checked UTF-8.
std::string fault_of(const std::string& name) {
  if (name.empty())
    return "has an empty name, which Prometheus takes for a missing label";
  if (name == kOtherScope)
    return "can't be named 'other', which counts packets that are not IP";
  if (name.size() > kScopeNameMax)
    return "has a name of " + std::to_string(name.size()) + " bytes; at most " + std::to_string(kScopeNameMax) +
           " are allowed";
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }))
    return "has a control character in its name";
  return {};
}

// Text from the file, made fit for a message of one line.
std::string on_a_line(std::string text) {
  if (text.size() > kFaultMax)
    text = text.substr(0, kFaultMax) + "…";
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  return text;
}

// Makes scopes from the file's entries, and collects the faults.
class Checker {
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
  std::map<std::string, std::size_t> names_;                  // name to line
  std::map<std::pair<Uint128, unsigned>, Seen> ipv4_, ipv6_;  // prefixes by network and length
};

void Checker::take(const WrittenScope& written) {
  scopes_.names.push_back(written.name.value_or(""));
  take_name(written);
  if (written.is_default)
    take_default(written);
  if (scopes_.names.size() == kScopesMax + 1)
    fault(written.line, "is scope number " + std::to_string(kScopesMax + 1) + "; at most " +
                            std::to_string(kScopesMax) + " are allowed");
  for (const auto& each : written.prefixes)
    take_prefix(each);
}

void Checker::take_name(const WrittenScope& written) {
  if (!written.name)
    return fault(written.line, "a scope has no name");
  if (const auto why = fault_of(*written.name); !why.empty())
    return fault(written.line, "a scope " + why);
  const auto [known, fresh] = names_.try_emplace(*written.name, written.line);
  if (!fresh)
    fault(written.line, "scope '" + *written.name + "' is already on line " + std::to_string(known->second));
}

void Checker::take_default(const WrittenScope& written) {
  if (default_line_ != 0)
    return fault(written.line, "is the second default scope; the first is on line " + std::to_string(default_line_));
  default_line_ = written.line;
  scopes_.default_scope = scopes_.names.size() - 1;
}

void Checker::take_prefix(const WrittenScope::Written& written) {
  const auto prefix = parse_prefix(written.text);
  if (!prefix)
    return fault(written.line, prefix.error().text);
  const std::size_t scope = scopes_.names.size() - 1;
  if (prefix->length >= 96 && looked_up(prefix->network).family != prefix->network.family)
    return fault(written.line, "'" + written.text + "' holds IPv4 addresses; write " +
                                   to_text(Prefix{looked_up(prefix->network), prefix->length - 96}));
  auto& seen = prefix->network.family == Family::kIpv4 ? ipv4_ : ipv6_;
  const auto [known, fresh] = seen.try_emplace({prefix->network.bits, prefix->length}, Seen{scope, written.line});
  if (!fresh && known->second.scope != scope)
    return fault(written.line, "'" + written.text + "' is already in scope '" + scopes_.names[known->second.scope] +
                                   "', on line " + std::to_string(known->second.line));
  if (!fresh)
    return;
  scopes_.prefixes.push_back({*prefix, scope});
}

Result<ScopeSet, ScopeFaults> Checker::finish(std::size_t last_line) {
  if (default_line_ == 0)
    fault(last_line,
          R"(a default scope is missing: set "default": true in one scope, for addresses that match no prefix)");
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
    return ScopeFaults{{line, "not JSON: a NUL character"}};
  Checker checker;
  for (const auto& scope : reader.scopes())
    checker.take(scope);
  return checker.finish(line);
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
