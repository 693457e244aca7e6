// SPDX-License-Identifier: Apache-2.0
#include "bpf/totals/read_totals.hpp"

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"

namespace podmeter {
namespace {

Result<TotalKey> read_key(const TotalDir& dir) {
  const auto text = read_symlink(dir.key());
  if (!text)
    return text.error();
  auto key = parse_total_key(*text);
  if (!key)
    return key.error().in("parse '" + dir.key() + "'");
  return key;
}

}  // namespace

Result<std::vector<std::string>> list_totals(const PinTree& tree) {
  auto names = list_directory(tree.totals_dir());
  if (!names)
    return is_gone(names.error()) ? Result(std::vector<std::string>()) : names.error();
  std::erase_if(*names, [](const auto& name) { return !is_meter_id(name); });  // the lock, or a record in the making
  return names;
}

Result<TotalRecord, BrokenRecord> read_total(const PinTree& tree, const std::string& name,
                                             const Result<std::string>& counts) {
  const TotalDir dir = tree.total(name);
  auto key = read_key(dir);
  if (!key)
    return BrokenRecord{name, std::nullopt, key.error().in("total")};
  if (!counts)
    return BrokenRecord{name, std::move(*key), counts.error().in("total")};
  auto folded = parse_folded(*counts);
  if (!folded)
    return BrokenRecord{name, std::move(*key), folded.error().in("total: parse '" + dir.counts() + "'")};
  return TotalRecord{std::move(*key), std::move(*folded)};
}

Result<TotalRecords> read_totals(const PinTree& tree) {
  const auto names = list_totals(tree);
  if (!names)
    return names.error();
  TotalRecords records;
  records.by_name.reserve(names->size());
  for (const auto& name : *names) {
    auto record = read_total(tree, name, read_symlink(tree.total(name).counts()));
    if (record)
      records.by_name.emplace(name, std::move(*record));
    else
      records.broken.push_back(record.error());
  }
  return records;
}

LabelledKeys::LabelledKeys(const TotalRecords& records) {
  for (const auto& [name, record] : records.by_name)
    note(record.key);
  for (const auto& record : records.broken)
    if (record.key)
      note(*record.key);
    else
      unknown_++;
}

bool LabelledKeys::is_full() const {
  return known_.size() + unknown_ >= kLabelledTotalsMax;
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

}  // namespace podmeter
