// SPDX-License-Identifier: Apache-2.0
// The scope table in memory, in the layout of bpf/kernel/scope_table.h, ready to be copied into the kernel.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/scope_table.h"
#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

// The slot of each scope, indexed as ScopeSet::names.
using ScopeSlots = std::vector<std::uint32_t>;

// The first page is the head.
using TablePages = std::vector<std::unique_ptr<pm_page>>;

// The error E2BIG for a table of more than PM_PAGES pages.
Error too_large();

// Compiles the scopes into a table for the slots from `first_slot` on, and appends their text. Fails with too_large(),
// rarely: 100,000 prefixes as networks have them take a few pages.
Result<TablePages> compile(const ScopeSet& scopes, const ScopeSlots& slots, std::uint32_t first_slot);

pm_head& head_of(const TablePages& pages);
// The table's scopes as a scope file.
std::string text_in(const TablePages& pages);

// The slot of an address's scope, by the BPF program's own code.
std::uint32_t look_up(const TablePages& pages, const Address& address);

}  // namespace podmeter
