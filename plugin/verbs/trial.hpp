// SPDX-License-Identifier: Apache-2.0
// Finds out by trying whether a pod can be metered.
#pragma once

#include "bpf/tree/attach_mode.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Loads a meter and attaches it in a network namespace that it makes for that. Nothing is left of it, and the tree is
// only read. If it can't make one, it only loads the meter: an ADD needs no such namespace.
Metered try_meter(const Context& context, Attach how);

}  // namespace podmeter
