// SPDX-License-Identifier: Apache-2.0
// The scope table as bpf/kernel/scope_table.h lays it out, in memory: what is put into the kernel as it is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/kernel/scope_table.h"
#include "bpf/scopes/scope_set.hpp"

namespace podmeter {

// The slot of each scope, by its index.
using ScopeSlots = std::vector<std::uint32_t>;

// The first is the head.
using TablePages = std::vector<std::unique_ptr<pm_page>>;

// E2BIG: more than PM_PAGES pages.
Error too_large();

// Compiles the scopes into a table, with their text beside it, whose pages will be in the slots from `first_slot` on.
// too_large() is rare: a hundred thousand prefixes as networks have them need a few pages.
Result<TablePages> compile(const ScopeSet& scopes, const ScopeSlots& slots, std::uint32_t first_slot);

pm_head& head_of(const TablePages& pages);
// The scopes that it was made from, as a scope file.
std::string text_in(const TablePages& pages);

// The slot of the scope that an address is in: what the program finds.
std::uint32_t look_up(const TablePages& pages, const Address& address);

}  // namespace podmeter
