// SPDX-License-Identifier: Apache-2.0
// Failures of metering.
#pragma once

#include "bpf/base/result.hpp"
#include "bpf/events/failures.hpp"

namespace podmeter {

// Why metering failed: the reason for the metrics, the error for people.
struct Failure {
  FailureReason reason;
  Error error;
};

using Metered = Result<void, Failure>;
// True if a repair was made, false if there was nothing left to do.
using Repaired = Result<bool, Failure>;

// The result of a step as a verb's own: its error with the reason that it stands for.
inline Metered because(FailureReason reason, const Result<void>& step) {
  if (!step)
    return Failure{reason, step.error()};
  return {};
}

// The same failure. Where the kernel refused root to load, attach or pin, its text names the likely cause too.
Failure explained(Failure failure);

}  // namespace podmeter
