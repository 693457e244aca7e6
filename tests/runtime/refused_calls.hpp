// SPDX-License-Identifier: Apache-2.0
// System calls that fail without being made, as on another kernel or under another's policy: steps for Run::first().
#pragma once

#include <cstdint>

namespace podmeter::tests {

// By its number, from here on (seccomp(2)). More than one refusal can be in place.
bool refuse_call(std::uint32_t number, int error);
// One command of bpf(2).
bool refuse_bpf(std::uint32_t command, int error);

}  // namespace podmeter::tests
