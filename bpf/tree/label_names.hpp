// SPDX-License-Identifier: Apache-2.0
// The label names that an operator may choose for annotations.
#pragma once

#include <string_view>

namespace podmeter {

// True for a label name of Prometheus' data model, [a-zA-Z_][a-zA-Z0-9_]*, but those that begin with "__", which
// Prometheus reserves (https://prometheus.io/docs/concepts/data_model).
bool is_label_name(std::string_view name);
// True for a label name that podmeter's series have, or that Prometheus adds.
bool is_reserved_label_name(std::string_view name);
// True where an annotation's value may be shown under this label: a label name that is not reserved.
bool is_free_label_name(std::string_view name);

}  // namespace podmeter
