// SPDX-License-Identifier: Apache-2.0
// The calls whose failure a runtime may hear of, though failures are open. No other's.
#pragma once

#include "tests/tracing/traced.hpp"

namespace podmeter::tests {

enum class Exception : std::uint8_t {
  kNone,
  kStart,   // the C library's, before main(): the process may not come to run
  kInput,   // stdin can't be read: there is no previous result to pass on
  kOutput,  // stdout can't be written: nobody hears the result
  kEnd,     // exit_group(2), which can't fail
};

// The exception that the last call of these is, where it fails so.
Exception exception_of(const std::vector<SystemCall>& calls, int error);

}  // namespace podmeter::tests
