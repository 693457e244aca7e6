// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Every meter with its byte counts, for people: a line each, columns aligned, broken meters and why at the end.
std::string reading_table(const Walk& walk);

}  // namespace podmeter
