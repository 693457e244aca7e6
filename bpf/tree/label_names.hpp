// SPDX-License-Identifier: Apache-2.0
// Prometheus label names that podmeter gives a meaning, and those that it leaves to the operator.
#pragma once

#include <string_view>

namespace podmeter {

// Whether an annotation's value may be shown under this label: a name by Prometheus' data model
// ([a-zA-Z_][a-zA-Z0-9_]*, "__" at the front reserved) that no series of ours and no scrape uses.
bool is_free_label_name(std::string_view name);

}  // namespace podmeter
