// SPDX-License-Identifier: Apache-2.0
#include "tests/meters/counted_meter.hpp"

#include "bpf/totals/read_totals.hpp"
#include "tests/meters/stored_meter.hpp"

namespace podmeter::tests {
namespace {

pm_counters counts(std::uint64_t bytes) {
  pm_counters made{};
  made.of[PM_EGRESS][PM_SCOPE_PUBLIC] = {bytes, 1};
  made.of[PM_INGRESS][PM_SCOPE_PRIVATE] = {2 * bytes, 2};
  return made;
}

}  // namespace

Identity make_pod_identity(const std::string& container, const std::string& pod_namespace, const std::string& tenant) {
  auto identity = make_identity(container);
  identity.pod_namespace = pod_namespace;
  if (!tenant.empty())
    identity.labels["tenant"] = tenant;
  return identity;
}

Result<void> store_counted(const PinTree& tree, const Identity& identity, std::uint64_t bytes) {
  if (auto stored = store_meter(tree, identity); !stored)
    return stored;
  return set_counters(tree.live(name_of(identity)), counts(bytes));
}

Result<void> store_ended(const PinTree& tree, const Identity& identity, std::uint64_t bytes, std::int64_t ended_ns) {
  if (auto stored = store_counted(tree, identity, bytes); !stored)
    return stored;
  return end_meter(tree, name_of(identity), ended_ns);
}

Result<std::vector<std::string>> records_of(const PinTree& tree, const TotalKey& key) {
  const auto records = read_totals(tree);
  if (!records)
    return records.error();
  std::vector<std::string> names;
  for (const auto& [name, record] : records->by_name)
    if (record.key == key)
      names.push_back(name);
  return names;
}

}  // namespace podmeter::tests
