// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/scope_names.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bpf/base/symlink_text.hpp"
#include "bpf/tree/counters.hpp"

namespace podmeter {

using nlohmann::json;

namespace {

bool holds(const ScopeNames& names, std::uint32_t slot) {
  return std::ranges::find(names, slot, &ScopeName::slot) != names.end();
}

// The lowest slot that has no name.
std::uint32_t free_slot(const ScopeNames& names) {
  std::uint32_t slot = 1;
  while (holds(names, slot))
    slot++;
  return slot;
}

// Makes room for one more name.
Result<void> make_room(ScopeNames& names, const std::function<bool(std::uint32_t)>& is_in_use) {
  if (free_slot(names) < PM_SCOPES - 1)
    return {};
  const auto unused =
      std::ranges::find_if(names, [&](const ScopeName& each) { return each.removed && !is_in_use(each.slot); });
  if (unused == names.end())
    return Error{
        "no slot is free: removed scopes keep theirs as long as meters hold counts for them, and the ones that "
        "run until the next change",
        ENOSPC};
  names.erase(unused);
  return {};
}

bool has_name(const ScopeNames& names, const std::string& name) {
  return std::ranges::find(names, name, &ScopeName::name) != names.end();
}

bool is_slot(const json& value) {
  return value.is_number_unsigned() && value > 0 && value < PM_SCOPES;
}

}  // namespace

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
      if (!is_slot(slot) || holds(names, slot) || has_name(names, each.at("name")) || each.at("name") == kOtherScope)
        return Error{"slot or name is none, or is there twice: " + each.dump()};
      names.push_back({slot, each.at("name"), each.at("removed")});
    }
    return names;
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

Result<ScopeNames> read_scope_names(const std::string& path) {
  const auto text = read_symlink(path);
  if (!text)
    return is_gone(text.error()) ? Result<ScopeNames>(built_in_names()) : text.error().in("names of the scopes");
  auto names = parse_scope_names(*text);
  if (!names)
    return names.error().in("parse names of the scopes '" + path + "'");
  return names;
}

Result<void> write_scope_names(const std::string& path, const ScopeNames& names) {
  if (auto replaced = replace_symlink(path, to_text(names)); !replaced)
    return replaced.error().in("names of the scopes");
  return {};
}

Result<ScopeNames> assign_slots(const ScopeNames& known, const std::vector<std::string>& wanted,
                                const std::function<bool(std::uint32_t)>& is_in_use) {
  ScopeNames names = known;
  for (auto& each : names)
    each.removed = std::ranges::find(wanted, each.name) == wanted.end();
  for (const auto& name : wanted) {
    if (has_name(names, name))
      continue;
    if (auto room = make_room(names, is_in_use); !room)
      return room.error();
    names.push_back({free_slot(names), name});
  }
  std::ranges::sort(names, {}, &ScopeName::slot);
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
