// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/scope_names.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bpf/base/symlink_text.hpp"
#include "bpf/base/utf8.hpp"
#include "bpf/tree/counters.hpp"

namespace podmeter {

using nlohmann::json;

namespace {

bool is_slot(const json& value) {
  return value.is_number_unsigned() && value > 0 && value < PM_SCOPES;
}

}  // namespace

bool has_slot(const ScopeNames& names, std::uint32_t slot) {
  return std::ranges::find(names, slot, &ScopeName::slot) != names.end();
}

bool has_name(const ScopeNames& names, std::string_view name) {
  return std::ranges::find(names, name, &ScopeName::name) != names.end();
}

ScopeNames built_in_names() {
  return {{PM_SCOPE_PRIVATE, "private"}, {PM_SCOPE_PUBLIC, "public"}};
}

std::string to_text(const ScopeNames& names) {
  json list = json::array();
  for (const auto& each : names)
    list.push_back({{"slot", each.slot}, {"name", each.name}, {"removed", each.removed}});
  return list.dump();
}

Result<ScopeNames> parse_scope_names(const std::string& text) {
  try {
    ScopeNames names;
    for (const auto& each : json::parse(text)) {
      const auto& slot = each.at("slot");
      if (!is_slot(slot) || has_slot(names, slot) || has_name(names, each.at("name").get_ref<const std::string&>()) ||
          each.at("name") == kOtherScope)
        return Error{"slot or name is invalid or is listed twice: " + each.dump()};
      names.push_back({slot, valid_utf8(each.at("name").get_ref<const std::string&>()), each.at("removed")});
    }
    return names;
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

Result<ScopeNames> read_scope_names(const std::string& path) {
  const auto text = read_symlink(path);
  if (!text)
    return is_gone(text.error()) ? Result<ScopeNames>(built_in_names()) : text.error().in("scope names");
  auto names = parse_scope_names(*text);
  if (!names)
    return names.error().in("parse scope names '" + path + "'");
  return names;
}

std::vector<Scope> shown_scopes(const ScopeNames& names, const pm_counters& counters) {
  std::vector<Scope> shown;
  for (const auto& each : names)
    if (!each.removed || holds_counts(counters, each.slot))
      shown.push_back({each.slot, each.name});
  shown.push_back({PM_SCOPE_OTHER, kOtherScope});
  return shown;
}

}  // namespace podmeter
