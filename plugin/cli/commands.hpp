// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace podmeter {

// The node's commands, for people and scripts: `podmeter status`, `podmeter version`, `--help`. Returns the exit
// status.
int run_tool(int argc, char** argv);

}  // namespace podmeter
