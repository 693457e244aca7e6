// SPDX-License-Identifier: Apache-2.0
// Failures of metering.
#pragma once

#include <cstdint>
#include <vector>

#include "bpf/base/result.hpp"
#include "bpf/events/failures.hpp"

namespace podmeter {

// Why metering failed: the reason for the metrics, the error for people.
struct Failure {
  FailureReason reason;
  Error error;
};

using Metered = Result<void, Failure>;
// The failures of a command that goes on after each: every one is told and counted.
using Failures = std::vector<Failure>;
inline void keep(Failures& failures, const Metered& step) {
  if (!step)
    failures.push_back(step.error());
}

enum class Repairing : std::uint8_t {
  kMade,
  kNotNeeded,  // any more: it is as it should be
  kPutOff,     // another process is at it, or what is to be repaired is out of reach for now
};
using Repaired = Result<Repairing, Failure>;

// The result of a step as a verb's own: its error with the reason that it stands for.
inline Metered because(FailureReason reason, const Result<void>& step) {
  if (!step)
    return Failure{reason, step.error()};
  return {};
}

// The same failure; its text also names the likely cause if the kernel refused root to load, attach or pin.
Failure explained(Failure failure);

}  // namespace podmeter
