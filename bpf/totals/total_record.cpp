// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/total_record.hpp"

#include <nlohmann/json.hpp>

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

// get<>() alone would take `true`, -1 or 1.5.
std::uint64_t unsigned_of(const json& value) {
  return value.get_ref<const json::number_unsigned_t&>();
}

std::array<pm_count, PM_DIRECTIONS> counts_of(const json& four) {
  return {{{unsigned_of(four.at(0)), unsigned_of(four.at(1))}, {unsigned_of(four.at(2)), unsigned_of(four.at(3))}}};
}

Result<TotalRecord> read_record(const PinTree& tree, const std::string& name) {
  const TotalDir dir = tree.total(name);
  const auto key_text = read_symlink(dir.key());
  if (!key_text)
    return key_text.error();
  auto key = parse_total_key(*key_text);
  if (!key)
    return key.error().in("parse '" + dir.key() + "'");
  const auto text = read_symlink(dir.counts());
  if (!text)
    return text.error();
  auto folded = parse_folded(*text);
  if (!folded)
    return folded.error().in("parse '" + dir.counts() + "'");
  return TotalRecord{name, std::move(*key), std::move(*folded)};
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

std::string to_text(const FoldedCounts& folded) {
  json counts = json::object();
  for (const auto& [scope, of] : folded.counts)
    counts[scope] = {std::uint64_t{of[PM_EGRESS].bytes}, std::uint64_t{of[PM_EGRESS].packets},
                     std::uint64_t{of[PM_INGRESS].bytes}, std::uint64_t{of[PM_INGRESS].packets}};
  const json text = {{"folded", folded.folded}, {"recent", folded.recent}, {"counts", counts}};
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<FoldedCounts> parse_folded(const std::string& text) {
  try {
    const json fields = json::parse(text);
    FoldedCounts folded;
    folded.folded = unsigned_of(fields.at("folded"));
    fields.at("recent").get_to(folded.recent);
    for (const auto& [scope, four] : fields.at("counts").items())
      folded.counts[scope] = counts_of(four);
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
    fields.at("namespace").get_to(key.pod_namespace);
    fields.at("labels").get_to(key.labels);
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

LabelledKeys::LabelledKeys(const TotalRecords& records) {
  for (const auto& record : records)
    note(record.key);
}

bool LabelledKeys::is_full() const {
  return known_.size() >= kLabelledTotalsMax;
}

void LabelledKeys::note(const TotalKey& key) {
  if (!key.labels.empty())
    known_.insert(key);
}

TotalKey LabelledKeys::fitting(TotalKey key) const {
  if (is_full() && !known_.contains(key))
    key.labels.clear();
  return key;
}

Result<TotalRecords> read_totals(const PinTree& tree) {
  const auto names = list_directory(tree.totals_dir());
  if (!names)
    return is_gone(names.error()) ? Result(TotalRecords()) : names.error();
  TotalRecords records;
  for (const auto& name : *names) {
    if (!is_meter_id(name))  // the lock, or a record that is being made
      continue;
    auto record = read_record(tree, name);
    if (!record)
      return record.error().in("total");
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace podmeter
