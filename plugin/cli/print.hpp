// SPDX-License-Identifier: Apache-2.0
// Output of the node's commands.
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// Prints a command's output to stdout. Returns the exit status: 1, with the reason on stderr, where not all of it can
// be written.
int print(const std::string& command, const std::string& output);

// Tells on stderr why a command failed. Returns the exit status, 1.
int fail(const std::string& command, const Error& error);

}  // namespace podmeter
