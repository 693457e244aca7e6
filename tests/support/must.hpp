// SPDX-License-Identifier: Apache-2.0
// Results in tests: a failure ends the test case with the error's own words.
#pragma once

#include <utility>

#include "bpf/base/result.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {

template <class T>
T must(Result<T> result) {
  if (!result)
    FAIL(result.error().text);
  return std::move(*result);
}

inline void must(const Result<void>& result) {
  if (!result)
    FAIL(result.error().text);
}

}  // namespace podmeter::tests
