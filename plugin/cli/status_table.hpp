// SPDX-License-Identifier: Apache-2.0
// `podmeter status`: a reading as a table for people.
#pragma once

#include <string>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// Every meter with its byte counts, for people: a line each, columns aligned. At the end a line for each thing that
// can't be read.
std::string reading_table(const TreeReading& reading);

}  // namespace podmeter
