// SPDX-License-Identifier: Apache-2.0
// Meters in numbers, as ADD leaves them, under names such as Kubernetes gives.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "tests/meters/scope_tables.hpp"

namespace podmeter::bench {

// The n-th meter: loaded, pinned, shared with `readers`, committed, with some packets counted in every direction and
// scope. Attached by tcx where an interface of the calling thread's network namespace is given.
Result<void> make_meter(const PinTree& tree, unsigned number, gid_t readers, std::optional<std::uint32_t> ifindex = {},
                        const ScopeTable& scopes = tests::built_in_table());
// From `first` up to, but without, `last`; the tree too.
Result<void> make_meters(const PinTree& tree, unsigned first, unsigned last, gid_t readers,
                         const ScopeTable& scopes = tests::built_in_table());

}  // namespace podmeter::bench
