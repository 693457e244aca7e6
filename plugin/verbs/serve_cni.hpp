// SPDX-License-Identifier: Apache-2.0
// The plugin as a runtime sees it: one call in, one reply out.
#pragma once

#include <string>

#include "plugin/protocol/request.hpp"

namespace podmeter {

// The process's result: stdout's text and the exit status.
struct Outcome {
  std::string output;
  int exit_status = 0;
};

Outcome serve_cni(const Invocation& invocation);

}  // namespace podmeter
