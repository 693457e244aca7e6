// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "plugin/failure.hpp"

namespace podmeter {

// What metering may take of a pod's start or end, whatever hangs: a lock, a disk, the kernel's network configuration.
inline constexpr std::chrono::milliseconds kMeteringBudget{2000};

// Runs the step in a child process and tells its result. A child that takes longer is killed and not waited for (it may
// be stuck in the kernel); one that dies of something else is a failure too. What it left half-made is in making/, for
// the next DEL or GC.
Metered within_budget(std::chrono::milliseconds budget, const std::function<Metered()>& step);

}  // namespace podmeter
