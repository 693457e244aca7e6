// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/total_record.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "bpf/base/utf8.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

constexpr int kHex = 16;
constexpr std::size_t kIdDigits = 16;

// get<>() alone would take `true`, -1 or 1.5.
std::uint64_t unsigned_of(const json& value) {
  return value.get_ref<const json::number_unsigned_t&>();
}

std::array<pm_count, PM_DIRECTIONS> counts_of(const json& four) {
  return {{{unsigned_of(four.at(0)), unsigned_of(four.at(1))}, {unsigned_of(four.at(2)), unsigned_of(four.at(3))}}};
}

}  // namespace

TotalKey key_of(const Identity& identity) {
  return {identity.pod_namespace, identity.labels};
}

void add(ScopeCounts& to, const ScopeCounts& counts) {
  for (const auto& [scope, directions] : counts) {
    auto& sum = to[scope];
    for (std::size_t direction = 0; direction < directions.size(); direction++) {
      sum[direction].bytes += directions[direction].bytes;
      sum[direction].packets += directions[direction].packets;
    }
  }
}

std::optional<std::uint64_t> meter_number(std::string_view id) {
  std::uint64_t number = 0;
  if (!is_meter_id(id) || std::from_chars(id.data(), id.data() + id.size(), number, kHex).ec != std::errc())
    return std::nullopt;
  return number;
}

std::string meter_id(std::uint64_t number) {
  std::array<char, kIdDigits> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), number, kHex).ptr;
  const std::string_view significant(digits.data(), static_cast<std::size_t>(end - digits.data()));
  return std::string(kIdDigits - significant.size(), '0').append(significant);
}

std::string to_text(const FoldedCounts& folded) {
  json counts = json::object();
  for (const auto& [scope, of] : folded.counts)
    counts[scope] = {std::uint64_t{of[PM_EGRESS].bytes}, std::uint64_t{of[PM_EGRESS].packets},
                     std::uint64_t{of[PM_INGRESS].bytes}, std::uint64_t{of[PM_INGRESS].packets}};
  json recent = json::array();
  for (const auto number : folded.recent)
    recent.push_back(meter_id(number));
  const json text = {{"folded", folded.folded}, {"recent", recent}, {"counts", counts}};
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<FoldedCounts> parse_folded(const std::string& text) {
  try {
    const json fields = json::parse(text);
    FoldedCounts folded;
    folded.folded = unsigned_of(fields.at("folded"));
    for (const auto& id : fields.at("recent").get_ref<const json::array_t&>()) {
      const auto number = meter_number(id.get_ref<const std::string&>());
      if (!number)
        return Error{"'recent' lists " + id.dump() + ", which is not a meter's ID"};
      folded.recent.push_back(*number);
    }
    for (const auto& [scope, four] : fields.at("counts").items())
      add(folded.counts, {{valid_utf8(scope), counts_of(four)}});
    return folded;
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

std::string to_text(const TotalKey& key) {
  const json text = {{"namespace", key.pod_namespace}, {"labels", key.labels}};
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<TotalKey> parse_total_key(const std::string& text) {
  try {
    const json fields = json::parse(text);
    TotalKey key;
    key.pod_namespace = valid_utf8(fields.at("namespace").get_ref<const std::string&>());
    fields.at("labels").get_to(key.labels);
    for (auto& [name, value] : key.labels)
      value = valid_utf8(value);
    return key;
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

ScopeCounts by_scope(const pm_counters& counters, const ScopeNames& names) {
  ScopeCounts counts;
  for (const auto& scope : shown_scopes(names, counters))
    for (const auto direction : kDirections)
      counts[std::string(scope.name)][direction] = counters.of[direction][scope.slot];
  return counts;
}

}  // namespace podmeter
