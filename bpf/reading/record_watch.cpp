// SPDX-License-Identifier: Apache-2.0
#include "bpf/reading/record_watch.hpp"

#include "bpf/base/symlink_text.hpp"

namespace podmeter {
namespace {

void append(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

RecordWatch RecordWatch::begin(const PinTree& tree) {
  RecordWatch watch;
  const auto names = list_totals(tree);
  if (!names)
    return watch;
  for (const auto& name : *names)
    if (auto counts = read_symlink(tree.total(name).counts()))
      watch.counts_.emplace(name, std::move(*counts));
  return watch;
}

// Most records are as they were: then their text is parsed once.
void RecordWatch::compare(const std::string& name, const std::string& counts, const FoldedCounts& now,
                          WatchedRecords& out) const {
  const auto earlier = counts_.find(name);
  if (earlier != counts_.end() && earlier->second == counts)
    return;
  const auto before = earlier == counts_.end() ? FoldedCounts() : parse_folded(earlier->second);
  if (before)
    append(out.folded, before->recent);
  if (!before || now.folded - before->folded > now.recent.size())
    out.outrun.push_back(name);
}

Result<WatchedRecords> RecordWatch::end(const PinTree& tree) const {
  const auto names = list_totals(tree);
  if (!names)
    return names.error();
  WatchedRecords out;
  out.records.by_name.reserve(names->size());
  for (const auto& name : *names) {
    out.folded.push_back(meter_number(name).value_or(0));
    const auto counts = read_symlink(tree.total(name).counts());
    auto record = read_total(tree, name, counts);
    if (!record) {
      out.records.broken.push_back(record.error());
      continue;
    }
    append(out.folded, record->folded.recent);
    compare(name, *counts, record->folded, out);
    out.records.by_name.emplace(name, std::move(*record));
  }
  return out;
}

}  // namespace podmeter
