// SPDX-License-Identifier: Apache-2.0
// Meters that counted without a packet, live or ended, for tests of what becomes of their counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter::tests {

// As make_identity(), of a pod in that namespace; with a label `tenant` where one is given.
Identity make_pod_identity(const std::string& container, const std::string& pod_namespace,
                           const std::string& tenant = "");
// A live meter that counted so many bytes to `public` on egress, and twice as many from `private` on ingress.
Result<void> store_counted(const PinTree& tree, const Identity& identity, std::uint64_t bytes);
// The same, ended at that time of the boot clock.
Result<void> store_ended(const PinTree& tree, const Identity& identity, std::uint64_t bytes, std::int64_t ended_ns);

// The names of the key's records.
Result<std::vector<std::string>> records_of(const PinTree& tree, const TotalKey& key);

}  // namespace podmeter::tests
