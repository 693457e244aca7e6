// SPDX-License-Identifier: Apache-2.0
// The node's commands, for people and scripts: `podmeter status`, `podmeter version`, `podmeter --help`.
#pragma once

namespace podmeter {

// Runs the command that the arguments name. Returns the exit status: 0 done, 1 failed, 2 a usage error.
int run_tool(int argc, char** argv);

}  // namespace podmeter
